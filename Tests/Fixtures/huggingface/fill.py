"""Compares what `roformer fill` and `transformers` put in the place of masks, in models that `roformer` exported.

    python fill.py ROFORMER MODEL EXPORTED [MODEL EXPORTED ...]

MODEL is a run's folder, EXPORTED what `roformer export` made of it. Tokens must come in the same order, probabilities
agree to 1e-5; the tokens of the text come from `AutoTokenizer`.
"""

import json
import subprocess
import sys

import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer

SENTENCES = [
    "the cat gave the [MASK] to the [MASK].", "[MASK] stands left of the lamp.", "after tuesday comes [MASK].",
    "the old [MASK] and the young miller went to the market.", "who gave the candle to the [MASK]?",
    "The judge [MASK] the trumpet, the oar and the key!", "in the morning the [MASK] was very cold",
    "the [MASK] [MASK] [MASK] the door.", "she asked: \"where is my [MASK]?\"", "a xylophone of Ünïcödé and a [MASK].",
]

program, *folders = sys.argv[1:]
for model, exported in zip(folders[::2], folders[1::2]):
    tokenizer = AutoTokenizer.from_pretrained(exported)
    network, info = AutoModelForMaskedLM.from_pretrained(exported, output_loading_info=True)
    assert not any(info.values()), info
    worst, masks = 0.0, 0
    for sentence in SENTENCES:
        command = [program, "fill", model, sentence, "--top", "5", "--json"]
        ours = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        inputs = tokenizer(sentence, return_tensors="pt")
        with torch.no_grad():
            probabilities = network.eval()(**inputs).logits[0].softmax(-1)
        places = (inputs["input_ids"][0] == tokenizer.mask_token_id).nonzero().flatten().tolist()
        assert places == [mask["position"] for mask in ours], sentence
        for place, mask in zip(places, ours):
            best = probabilities[place].topk(5)
            assert best.indices.tolist() == [p["id"] for p in mask["predictions"]], (sentence, mask, best)
            assert tokenizer.convert_ids_to_tokens(best.indices.tolist()) == [p["token"] for p in mask["predictions"]]
            differences = [abs(a - p["probability"]) for a, p in zip(best.values.tolist(), mask["predictions"])]
            worst, masks = max(worst, *differences), masks + 1
    assert worst < 1e-5, worst
    print(f"{type(network).__name__} {exported}: {masks} masks, same top five, probabilities to {worst:.1e}")
