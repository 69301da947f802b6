"""Opens folders that `roformer` wrote in `transformers`, and compares what it computes.

    ROFORMER_EXPORTS=/tmp/exports swift test --filter HuggingFaceExportTests
    python verify.py /tmp/exports

Each folder holds `expected.safetensors` as `make.py` describes it. A missing or unexpected key is a failure, as is a
difference beyond 2e-5.
"""

import pathlib
import sys

from safetensors.torch import load_file
from transformers import AutoModelForMaskedLM

worst = 0.0
for folder in sorted(path.parent for path in pathlib.Path(sys.argv[1]).glob("*/expected.safetensors")):
    model, info = AutoModelForMaskedLM.from_pretrained(folder, output_loading_info=True)
    assert not any(info.values()), f"{folder}: {info}"
    expected = load_file(folder / "expected.safetensors")
    for case in sorted({name.split(".")[0] for name in expected}):
        tokens, types, mask = (expected[f"{case}.{name}"].long() for name in ("tokens", "types", "mask"))
        logits = model.eval()(input_ids=tokens, token_type_ids=types, attention_mask=mask).logits
        difference = (logits - expected[f"{case}.logits"]).abs().max().item()
        print(f"{folder.name} {type(model).__name__} {list(tokens.shape)}: {difference:.2e}")
        worst = max(worst, difference)
assert 0 < worst <= 2e-5, worst
