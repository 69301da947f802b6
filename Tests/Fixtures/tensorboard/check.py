"""Reads the event files of `roformer run --tensorboard` with TensorBoard's own reader and compares with curves.csv.

    python check.py results/quickstart      (needs tensorboard and pandas)
"""

import math
import pathlib
import sys

import numpy
import pandas
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

folder = pathlib.Path(sys.argv[1])
curves = pandas.read_csv(folder / "curves.csv")
count = 0
for (arm, rate, seed), run in curves.groupby(["arm", "learning_rate_peak", "seed"]):
    path = folder / "runs" / f"{arm}-lr{rate:g}-seed{seed}"
    events = EventAccumulator(str(path), size_guidance={"scalars": 0})
    events.Reload()
    for name in events.Tags()["scalars"]:
        expected = run.dropna(subset=[name])[["step", name]].values.tolist()
        found = [[event.step, event.value] for event in events.Scalars(name)]
        assert [step for step, _ in found] == [step for step, _ in expected], (path, name)
        for (_, a), (_, b) in zip(found, expected):
            assert a == numpy.float32(b) or math.isnan(a) and math.isnan(b), (path, name, a, b)
        count += len(found)
    print(path.name, {name: len(events.Scalars(name)) for name in events.Tags()["scalars"]})
print(count, "scalars agree")
