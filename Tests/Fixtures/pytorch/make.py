"""Makes the files beside this script: small encoders in PyTorch, their gradients, and ten steps of AdamW.

    python make.py        (needs torch and safetensors; the tests need neither)

The model is written from the papers, with PyTorch's own operations and its automatic differentiation:

- BERT (Devlin et al. 2018, arXiv:1810.04805) with the names of its weights as Hugging Face has them: embeddings of
  words and token types, LayerNorm after every residual connection (epsilon 1e-12), the exact GELU, a head with a
  transform and the tied word embeddings;
- sinusoids (Vaswani et al. 2017, arXiv:1706.03762, section 3.5), plain, beside tokens times the root of the width
  (section 3.4), or times a trained scale;
- rotary positions (Su et al. 2021, arXiv:2104.09864) as products of complex numbers, in the paper's layout, in the one
  that pairs both halves of a head, and on a part of each head;
- AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101), no decay for biases, LayerNorm and the trained scale, with
  gradients clipped by their global norm as TensorFlow's clip_by_global_norm does, and a learning rate that rises
  linearly and falls linearly so that it would be zero one step after the last.

Each file holds `initial.NAME`; the inputs `tokens`, `types`, `hidden` (1 where a token is padding) [steps, batch,
time], `positions` and `labels` [steps, masked]; and, for `double` and `float` each, `logits` [masked, vocabulary], `loss` and
`gradient.NAME` of the first batch, then `losses` and `norms` [steps] and the weights `final.NAME` after all steps.
"""

import math
import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
VOCABULARY, WIDTH, HEADS, LAYERS, INNER, TYPES, TABLE = 19, 12, 2, 2, 20, 2, 9
BATCH, TIME, STEPS, WARMUP = 3, 7, 10, 3
LENGTHS = [7, 5, 6]
PEAK, CLIP, DECAY, BETAS = 5e-3, 1.9, 0.01, (0.9, 0.999)
# Larger than BERT's 1e-6, with which AdamW makes steps of the roundings of gradients that are zero in theory (a key's
# bias without rotation), and which would hardly show where it is added.
EPSILON = 1e-4
HEAD = WIDTH // HEADS

ENCODINGS = [
    "none", "learned", "sinusoidal-plain", "sinusoidal-scaled-tokens", "sinusoidal-learned", "rotary-interleaved",
    "rotary-halves", "rotary-partial"]


def shapes(encoding):
    """Every weight of the model, by name."""
    def dense(name, inputs, outputs):
        return {name + ".weight": (outputs, inputs), name + ".bias": (outputs,)}

    def norm(name):
        return {name + ".weight": (WIDTH,), name + ".bias": (WIDTH,)}

    found = {
        "embeddings.word_embeddings.weight": (VOCABULARY, WIDTH),
        "embeddings.token_type_embeddings.weight": (TYPES, WIDTH),
        **norm("embeddings.LayerNorm"), **dense("cls.predictions.transform.dense", WIDTH, WIDTH),
        **norm("cls.predictions.transform.LayerNorm"), "cls.predictions.bias": (VOCABULARY,)}
    if encoding == "learned":
        found["embeddings.position_embeddings.weight"] = (TABLE, WIDTH)
    if encoding == "sinusoidal-learned":
        found["embeddings.position_scale"] = (1,)
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}."
        for part in ["query", "key", "value"]:
            found |= dense(prefix + "attention.self." + part, WIDTH, WIDTH)
        found |= dense(prefix + "attention.output.dense", WIDTH, WIDTH) | norm(prefix + "attention.output.LayerNorm")
        found |= dense(prefix + "intermediate.dense", WIDTH, INNER) | dense(prefix + "output.dense", INNER, WIDTH)
        found |= norm(prefix + "output.LayerNorm")
    return found


def initial(encoding):
    """Weights of a size that makes attention uneven; no bias is zero and no gain is one."""
    generator = torch.Generator().manual_seed(20210420)
    weights = {}
    for name, shape in sorted(shapes(encoding).items()):
        draw = torch.randn(shape, generator=generator, dtype=torch.float64) * 0.3
        centre = 1.0 if name.endswith("LayerNorm.weight") else 0.3 if name.endswith("scale") else 0.0
        weights[name] = (centre + draw).float()
    return weights


def batches():
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randint(5, VOCABULARY, (STEPS, BATCH, TIME), generator=generator)
    hidden = torch.arange(TIME) >= torch.tensor(LENGTHS)[:, None]
    hidden = hidden.expand(STEPS, BATCH, TIME).contiguous()
    tokens[hidden] = 0
    types = (torch.arange(TIME) >= 3).long().expand(STEPS, BATCH, TIME).contiguous()
    positions = torch.stack([
        torch.cat([
            row * TIME + torch.randperm(length, generator=generator)[:2].sort().values
            for row, length in enumerate(LENGTHS)])
        for _ in range(STEPS)])
    labels = torch.randint(5, VOCABULARY, positions.shape, generator=generator)
    return tokens, types, hidden, positions, labels


def sinusoids(dtype):
    table = torch.zeros(TIME, WIDTH, dtype=torch.float64)
    for column in range(0, WIDTH, 2):
        angle = torch.arange(TIME, dtype=torch.float64) / 10000 ** (column / WIDTH)
        table[:, column], table[:, column + 1] = angle.sin(), angle.cos()
    return table.to(dtype)


def rotated(x, encoding):
    """x [batch, heads, time, head], each pair of its dimensions a complex number that is turned."""
    count, theta = (4, 10.0) if encoding == "rotary-partial" else (HEAD, 10000.0)
    turned, rest = x[..., :count], x[..., count:]
    frequencies = theta ** (-torch.arange(0, count, 2, dtype=torch.float64) / count)
    angles = torch.outer(torch.arange(TIME, dtype=torch.float64), frequencies)
    complexes = torch.complex128 if x.dtype == torch.float64 else torch.complex64
    factors = torch.polar(torch.ones_like(angles), angles).to(complexes)
    if encoding == "rotary-halves":
        first, second = turned.chunk(2, dim=-1)
        product = torch.complex(first, second) * factors
        result = torch.cat([product.real, product.imag], dim=-1)
    else:
        pairs = turned.reshape(*turned.shape[:-1], count // 2, 2).contiguous()
        result = torch.view_as_real(torch.view_as_complex(pairs) * factors).flatten(-2)
    return torch.cat([result, rest], dim=-1)


def logits(weights, encoding, tokens, types, hidden, positions):
    def dense(name, x):
        return F.linear(x, weights[name + ".weight"], weights[name + ".bias"])

    def norm(name, x):
        return F.layer_norm(x, (WIDTH,), weights[name + ".weight"], weights[name + ".bias"], 1e-12)

    def split(x):
        return x.reshape(BATCH, TIME, HEADS, HEAD).transpose(1, 2)

    words = weights["embeddings.word_embeddings.weight"]
    x = F.embedding(tokens, words)
    if encoding == "sinusoidal-scaled-tokens":
        x = x * math.sqrt(WIDTH)
    x = x + F.embedding(types, weights["embeddings.token_type_embeddings.weight"])
    if encoding == "learned":
        x = x + weights["embeddings.position_embeddings.weight"][:TIME]
    elif encoding == "sinusoidal-learned":
        x = x + weights["embeddings.position_scale"] * sinusoids(x.dtype)
    elif encoding.startswith("sinusoidal"):
        x = x + sinusoids(x.dtype)
    x = norm("embeddings.LayerNorm", x)
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}."
        query, key, value = (split(dense(prefix + "attention.self." + part, x)) for part in ["query", "key", "value"])
        if encoding.startswith("rotary"):
            query, key = rotated(query, encoding), rotated(key, encoding)
        scores = query @ key.transpose(-1, -2) / math.sqrt(HEAD)
        shares = torch.softmax(scores.masked_fill(hidden[:, None, None, :], -math.inf), dim=-1)
        mixed = (shares @ value).transpose(1, 2).reshape(BATCH, TIME, WIDTH)
        x = norm(prefix + "attention.output.LayerNorm", x + dense(prefix + "attention.output.dense", mixed))
        inner = F.gelu(dense(prefix + "intermediate.dense", x))
        x = norm(prefix + "output.LayerNorm", x + dense(prefix + "output.dense", inner))
    x = F.gelu(dense("cls.predictions.transform.dense", x.reshape(BATCH * TIME, WIDTH)[positions]))
    return F.linear(norm("cls.predictions.transform.LayerNorm", x), words, weights["cls.predictions.bias"])


def rate(step):
    """The learning rate of a step, the first being 1."""
    if step < WARMUP:
        return PEAK * step / WARMUP
    return PEAK * (STEPS - step + 1) / (STEPS - WARMUP + 1)


def trained(encoding, dtype, data):
    """Everything that PyTorch computes in one precision."""
    weights = {name: value.to(dtype).clone().requires_grad_() for name, value in initial(encoding).items()}
    undecayed = [n for n in weights if n.endswith("bias") or "LayerNorm" in n or n.endswith("scale")]
    optimizer = torch.optim.AdamW(
        [{"params": [w for n, w in weights.items() if n not in undecayed], "weight_decay": DECAY},
         {"params": [weights[n] for n in undecayed], "weight_decay": 0.0}], betas=BETAS, eps=EPSILON)
    found, losses, norms = {}, [], []
    for step, (tokens, types, hidden, positions, labels) in enumerate(zip(*data), start=1):
        scores = logits(weights, encoding, tokens, types, hidden, positions)
        loss = F.cross_entropy(scores, labels)
        optimizer.zero_grad()
        loss.backward()
        if step == 1:
            found["logits"], found["loss"] = scores.detach(), loss.detach()
            found |= {"gradient." + name: weight.grad.clone() for name, weight in weights.items()}
        norm = torch.sqrt(sum((weight.grad.double() ** 2).sum() for weight in weights.values()))
        for weight in weights.values():
            weight.grad *= CLIP / max(norm.item(), CLIP)
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        optimizer.step()
        losses.append(loss.detach())
        norms.append(norm.to(dtype))
    found |= {"losses": torch.stack(losses), "norms": torch.stack(norms)}
    assert 0 < sum(bool(norm > CLIP) for norm in norms) < STEPS, (encoding, norms)
    return found | {"final." + name: weight.detach() for name, weight in weights.items()}


if __name__ == "__main__":
    torch.set_num_threads(1)
    data = batches()
    for encoding in ENCODINGS:
        tensors = {"initial." + name: value for name, value in initial(encoding).items()}
        tensors |= dict(zip(["tokens", "types", "hidden", "positions", "labels"], (part.double() for part in data)))
        for precision, dtype in [("double", torch.float64), ("float", torch.float32)]:
            tensors |= {f"{precision}.{name}": value for name, value in trained(encoding, dtype, data).items()}
        save_file({name: value.contiguous() for name, value in tensors.items()}, HERE / f"{encoding}.safetensors")
        print(encoding, [round(x, 2) for x in tensors["double.norms"].tolist()])
