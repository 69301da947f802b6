"""Makes the small random models beside this script, and what `transformers` computes with them.

    python make.py        (needs torch, transformers and safetensors; the tests need none of them)

`variants.py` makes the smaller ones: other activations, shards, 64 bits, untied decoders. Every folder holds a model as `transformers` saves it and `expected.safetensors`: for each case `N` the inputs
`N.tokens`, `N.types`, `N.mask` [batch, time] and the output `N.logits` [batch, time, vocabulary], all as 32-bit floats.
"""

import pathlib
import shutil

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    BertConfig, BertForMaskedLM, BertForPreTraining, BertTokenizerFast, RoFormerConfig, RoFormerForMaskedLM)

HERE = pathlib.Path(__file__).parent
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = ["the", "paris", "is", "capital", "of", "france", "cat", "sat", "on", "mat", "##ing", ".", ",", "!", "?"]
LETTERS = [chr(c) for c in range(ord("a"), ord("z") + 1)]
VOCABULARY = SPECIAL + WORDS + LETTERS + ["##" + c for c in LETTERS]
SIZES = dict(
    vocab_size=len(VOCABULARY), hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40,
    max_position_embeddings=20, type_vocab_size=2)


def randomized(model, seed):
    """Weights large enough that attention is not flat and no bias or gain is trivial; sinusoids stay."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "embed_positions" not in name:
                gain = 1.0 if name.endswith("LayerNorm.weight") else 0.0
                weight.copy_(gain + 0.25 * torch.randn(weight.shape, generator=generator))
    return model.eval()


def cases(generator):
    for batch, time in [(1, 1), (2, 7), (3, 20)]:
        tokens = torch.randint(0, len(VOCABULARY), (batch, time), generator=generator)
        types = torch.randint(0, 2, (batch, time), generator=generator)
        mask = torch.ones((batch, time), dtype=torch.long)
        for row in range(1, batch):
            mask[row, time - 2 * row:] = 0
        yield tokens, types, mask


def expected(model, folder):
    tensors = {}
    for number, (tokens, types, mask) in enumerate(cases(torch.Generator().manual_seed(7))):
        with torch.no_grad():
            output = model(input_ids=tokens, token_type_ids=types, attention_mask=mask)
        # A model for pre-training calls them by another name.
        logits = output.logits if "logits" in output else output.prediction_logits
        for name, value in [("tokens", tokens), ("types", types), ("mask", mask), ("logits", logits)]:
            tensors[f"{number}.{name}"] = value.float().contiguous()
    save_file(tensors, folder / "expected.safetensors", metadata={"format": "pt"})


def folder(name):
    path = HERE / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    return path


def save(name, model):
    path = folder(name)
    model.save_pretrained(path)
    (path / "vocab.txt").write_text("".join(token + "\n" for token in VOCABULARY))
    expected(model, path)
    return path


# BERT as Google left it: with a pooler and a next-sentence head.
bert = randomized(BertForPreTraining(BertConfig(**SIZES, layer_norm_eps=1e-6)), 1)
path = save("bert", bert)
# The tokenizer as `transformers` 5 saves it: one file.
(path / "vocab.txt").rename(path / "vocab-for-tokenizer.txt")
BertTokenizerFast(vocab=str(path / "vocab-for-tokenizer.txt")).save_pretrained(path)
(path / "vocab-for-tokenizer.txt").unlink()

# The names of the first checkpoints, every tied tensor written out, and a buffer that is no weight.
old = folder("bert-old-names")
for file in ["config.json", "expected.safetensors"]:
    shutil.copy(path / file, old / file)
(old / "vocab.txt").write_text("".join(token + "\n" for token in VOCABULARY))
state = load_file(path / "model.safetensors")
state = {k.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): v
         for k, v in state.items()}
state["cls.predictions.decoder.weight"] = state["bert.embeddings.word_embeddings.weight"].clone()
state["cls.predictions.decoder.bias"] = state["cls.predictions.bias"].clone()
state["bert.embeddings.position_ids"] = torch.arange(20)[None]
save_file(state, old / "model.safetensors", metadata={"format": "pt"})

# Half the bytes: what is expected is computed in 32 bits from the rounded weights.
for name, dtype in [("bert-bfloat16", torch.bfloat16), ("bert-float16", torch.float16)]:
    model = randomized(BertForMaskedLM(BertConfig(**{**SIZES, "num_hidden_layers": 1})), 2).to(dtype)
    path = save(name, model.float())
    model.to(dtype).save_pretrained(path)

# RoFormer: embeddings narrower than the model; and values that are rotated too, as in `roformer_small_discriminator`.
save("roformer", randomized(RoFormerForMaskedLM(RoFormerConfig(**SIZES, embedding_size=16)), 3))
save("roformer-values", randomized(RoFormerForMaskedLM(RoFormerConfig(**SIZES, rotary_value=True)), 4))
