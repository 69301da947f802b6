"""Draws the curves of an experiment from its curves.csv with pandas and matplotlib.

    python experiments/plot.py results/quickstart/curves.csv curves.png
"""

import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd

source, target = sys.argv[1:]
curves = pd.read_csv(source)
measures = [("validation_loss_nats", "held-out loss"), ("train_loss_nats", "training loss")]
rates = sorted(curves.learning_rate_peak.unique())
figure, panels = plt.subplots(
    len(rates), len(measures), figsize=(12, 4.5 * len(rates)), squeeze=False, sharey="row", layout="constrained")
colors = {arm: f"C{i}" for i, arm in enumerate(curves.arm.unique())}
for row, rate in zip(panels, rates):
    for panel, (column, title) in zip(row, measures):
        # A point is on the curve of what was measured there alone.
        measured = curves[curves.learning_rate_peak == rate].dropna(subset=[column])
        for (arm, seed), run in measured.groupby(["arm", "seed"], sort=False):
            panel.plot(run.step, run[column], color=colors[arm], linewidth=0.7, alpha=0.5)
        for arm, runs in measured.groupby("arm", sort=False):
            mean = runs.groupby("step")[column].mean()
            panel.plot(mean.index, mean, color=colors[arm], linewidth=2, label=arm)
        panel.set_title(f"{title}, peak learning rate {rate:g}")
        panel.set_xlabel("optimizer steps")
        panel.set_ylabel("nats per masked token")
        panel.grid(alpha=0.3)
        panel.legend()
figure.savefig(target, dpi=150)
print(target)
