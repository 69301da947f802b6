"""Tries each key of `config.json`: does `transformers` compute other logits where it has another value?

    python keys.py        (needs torch, transformers and safetensors; the tests need none of them)

The models are the folders `bert-gelu-new` and `roformer-relu` beside this script. What is printed is the evidence for
the table in `docs/hugging-face.md`: a line for each model, key and value.
"""

import json
import pathlib
import shutil
import tempfile

import torch
from safetensors.torch import load_file
from transformers import AutoModelForMaskedLM, logging

logging.set_verbosity_error()
logging.disable_progress_bar()
HERE = pathlib.Path(__file__).parent
TRIED = {
    # The model's own keys.
    "hidden_act": ["gelu", "silu", "tanh", None], "layer_norm_eps": [1e-3, 0.0, 2.0],
    "num_attention_heads": [1, 3, 5], "num_hidden_layers": [1, 3], "hidden_size": [24], "intermediate_size": [21],
    "vocab_size": [18, 16], "type_vocab_size": [1, 3], "max_position_embeddings": [8, 10], "embedding_size": [None, 6],
    "rotary_value": [True], "is_decoder": [True], "add_cross_attention": [True], "tie_word_embeddings": [False],
    "pad_token_id": [3, None, 99], "position_embedding_type": ["relative_key"], "hidden_dropout_prob": [0.9],
    "attention_probs_dropout_prob": [0.9], "classifier_dropout": [0.9], "initializer_range": [9.0], "use_cache": [False],
    "bos_token_id": [1], "eos_token_id": [1],
    # Keys of every configuration.
    "architectures": [["BertModel"], None], "dtype": ["float64", "bfloat16", "float16"], "torch_dtype": ["bfloat16"],
    "chunk_size_feed_forward": [2], "is_encoder_decoder": [True], "output_hidden_states": [True],
    "output_attentions": [True], "return_dict": [False], "id2label": [{"0": "a"}], "num_labels": [5],
    "problem_type": ["regression"], "per_layer_config": [{"0": {"intermediate_size": 10}}, {"0": {"layer_norm_eps": 0.1}}],
    "quantization_config": [{"quant_method": "fp8"}], "transformers_weights": ["other.safetensors"],
    "attn_implementation": ["eager"], "_attn_implementation": ["eager"], "rope_theta": [100.0],
    "rope_scaling": [{"rope_type": "linear", "factor": 2.0}], "rope_parameters": [{"rope_theta": 10.0}],
    "pruned_heads": [{"0": [0]}], "attribute_map": [{"layer_norm_eps": "other"}], "layer_types": [["attention"] * 2],
    "tie_encoder_decoder": [True], "auto_map": [{"AutoModelForMaskedLM": "other.Model"}], "temperature": [2.0],
    "name_or_path": ["x"], "model_type": ["roberta", "no-such"], "head_dim": [3], "sliding_window": [2],
    "attention_bias": [False], "is_causal": [True], "num_key_value_heads": [1], "_name_or_path": ["x"],
}


def logits(folder):
    expected = load_file(folder / "expected.safetensors")
    tokens, types, mask = (expected[f"1.{name}"].long() for name in ("tokens", "types", "mask"))
    model = AutoModelForMaskedLM.from_pretrained(folder)
    with torch.no_grad():
        output = model.eval()(input_ids=tokens, token_type_ids=types, attention_mask=mask)
    return (output.logits if hasattr(output, "logits") else output[0]).double(), expected["1.logits"].double()


for name in ["bert-gelu-new", "roformer-relu"]:
    config = json.loads((HERE / name / "config.json").read_text())
    for key, values in TRIED.items():
        for value in values:
            with tempfile.TemporaryDirectory() as temporary:
                folder = pathlib.Path(temporary) / "model"
                shutil.copytree(HERE / name, folder)
                (folder / "config.json").write_text(json.dumps({**config, key: value}))
                try:
                    found, expected = logits(folder)
                    difference = (found - expected).abs().max().item()
                    verdict = "same" if difference < 1e-5 else f"differs by {difference:.1e}"
                except Exception as error:
                    verdict = f"refused: {type(error).__name__} {str(error).strip().splitlines()[0][:90]}"
            print(f"{config['model_type']:9} {key:28} {json.dumps(value):45} {verdict}", flush=True)
