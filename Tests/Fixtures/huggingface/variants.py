"""Makes small random models that differ from `make.py`'s in one thing each, and what `transformers` computes with them.

    python variants.py        (needs torch, transformers and safetensors; the tests need none of them)

Folders are as `make.py` describes them. What is expected is computed by the model that `transformers` opens from the
folder, not by the one that was saved: so it is shown that it opens the folder, and how.
"""

import json
import pathlib
import shutil

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForMaskedLM, BertConfig, BertForMaskedLM, RoFormerConfig, RoFormerForMaskedLM

HERE = pathlib.Path(__file__).parent
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = SPECIAL + ["the", "paris", "is", "capital", "of", "france", "cat", "sat", "on", "mat", "##s", "."]
SIZES = dict(
    vocab_size=len(VOCABULARY), hidden_size=12, num_hidden_layers=2, num_attention_heads=2, intermediate_size=20,
    max_position_embeddings=9, type_vocab_size=2)


def randomized(model, seed):
    """Weights large enough that attention is not flat and no bias or gain is trivial; sinusoids stay."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "embed_positions" not in name:
                gain = 1.0 if name.endswith("LayerNorm.weight") else 0.0
                weight.copy_(gain + 0.4 * torch.randn(weight.shape, generator=generator))
    return model.eval()


def computed(model):
    """Inputs and logits of two cases, by the names that the tests read."""
    generator, tensors = torch.Generator().manual_seed(7), {}
    for number, (batch, time) in enumerate([(1, 5), (2, 9)]):
        tokens = torch.randint(0, len(VOCABULARY), (batch, time), generator=generator)
        types = torch.randint(0, 2, (batch, time), generator=generator)
        mask = torch.ones((batch, time), dtype=torch.long)
        mask[1:, time - 2:] = 0
        with torch.no_grad():
            logits = model.eval()(input_ids=tokens, token_type_ids=types, attention_mask=mask).logits
        for name, value in [("tokens", tokens), ("types", types), ("mask", mask), ("logits", logits)]:
            tensors[f"{number}.{name}"] = value.float().contiguous()
    return tensors


def finish(path, missing=()):
    """Adds the vocabulary and what the model computes that `transformers` opens here."""
    (path / "vocab.txt").write_text("".join(token + "\n" for token in VOCABULARY))
    model, info = AutoModelForMaskedLM.from_pretrained(path, output_loading_info=True)
    assert set(info["missing_keys"]) == set(missing), (path, info)
    assert not info["unexpected_keys"] and not info["mismatched_keys"], (path, info)
    tensors = computed(model)
    save_file(tensors, path / "expected.safetensors", metadata={"format": "pt"})
    return tensors


def folder(name):
    path = HERE / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    return path


def with_config(path, **keys):
    """The same weights under a configuration with other keys."""
    config = json.loads((path / "config.json").read_text())
    (path / "config.json").write_text(json.dumps({**config, **keys}, indent=2) + "\n")


def bert(seed, **keys):
    return randomized(BertForMaskedLM(BertConfig(**SIZES, **keys)), seed)


def roformer(seed, **keys):
    return randomized(RoFormerForMaskedLM(RoFormerConfig(**SIZES, **keys)), seed)


# Other activations, and other names for them.
ALIASES = {
    "gelu": ["gelu_python"], "gelu_new": ["gelu_fast", "gelu_accurate", "gelu_python_tanh", "gelu_pytorch_tanh"],
    "gelu_pytorch_tanh": ["gelu_new"], "silu": ["swish"], "relu": [],
}
for name, model in [
    ("bert-gelu-new", bert(11, hidden_act="gelu_new")),
    ("bert-gelu-pytorch-tanh", bert(12, hidden_act="gelu_pytorch_tanh")),
    ("roformer-relu", roformer(13, hidden_act="relu")), ("roformer-silu", roformer(14, hidden_act="silu")),
]:
    path = folder(name)
    model.save_pretrained(path)
    tensors = finish(path)
    own = model.config.hidden_act
    for other in ["gelu", "gelu_new", "relu", "silu"]:
        with_config(path, hidden_act=other)
        difference = (computed(AutoModelForMaskedLM.from_pretrained(path))["1.logits"] - tensors["1.logits"]).abs().max()
        assert other in [own] + ALIASES[own] or difference > 1e-4, (name, other, difference)
    for alias in ALIASES[own]:
        with_config(path, hidden_act=alias)
        difference = (computed(AutoModelForMaskedLM.from_pretrained(path))["1.logits"] - tensors["1.logits"]).abs().max()
        assert difference < 1e-5, (name, alias, difference)
    with_config(path, hidden_act=own)

# In shards, as large models are saved.
path = folder("bert-shards")
bert(15).save_pretrained(path, max_shard_size=3000)
assert len(list(path.glob("model-*.safetensors"))) > 2
finish(path)

# In 64 bits, which `transformers` also computes in.
path = folder("bert-float64")
bert(16).double().save_pretrained(path)
finish(path)

# The word embeddings left out, the decoder there: `transformers` ties them the other way round.
path = folder("roformer-decoder-only")
roformer(17, embedding_size=10).save_pretrained(path)
state = load_file(path / "model.safetensors")
state["cls.predictions.decoder.weight"] = state.pop("roformer.embeddings.word_embeddings.weight")
state["cls.predictions.decoder.bias"] = state.pop("cls.predictions.bias")
save_file(state, path / "model.safetensors", metadata={"format": "pt"})
finish(path)

# Not tied: the decoder's own bias counts. Its weight equals the word embeddings, as any decoder must that we open.
path = folder("bert-untied")
model = bert(18, tie_word_embeddings=False)
with torch.no_grad():
    model.cls.predictions.decoder.weight.copy_(model.bert.embeddings.word_embeddings.weight)
model.save_pretrained(path)
state = load_file(path / "model.safetensors")
assert (state["cls.predictions.decoder.bias"] - state["cls.predictions.bias"]).abs().max() > 0.1
finish(path)
