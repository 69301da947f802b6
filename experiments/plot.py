"""Draws the curves of an experiment from its curves.csv with pandas and matplotlib, in the colours of curves.svg.

    python experiments/plot.py results/quickstart/curves.csv curves.png
"""

import sys

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import pandas as pd
except ImportError as error:
    sys.exit(f"plot.py: {error}; expected pandas and matplotlib, as `pip install pandas matplotlib` gives them")

# The looks of curves.svg: the colours of Okabe & Ito (2008), each with its dashes in points.
LOOKS = [
    ("#d55e00", ()), ("#0072b2", (5, 2.2)), ("#009e73", (6, 1.7, 1.4, 1.7)), ("#000000", (1.4, 1.7)),
    ("#cc79a7", (2.8, 1.4)), ("#e69f00", (9, 2.2)), ("#56b4e9", (8, 1.7, 1.4, 1.7, 1.4, 1.7)),
]
# What the first arm of each family of encodings has.
FAMILIES = {"rotary": 0, "sinusoidal": 1, "learned": 2, "none": 3}
# Columns of names. Read as text, whatever they look like: pandas would take NA for a gap and 007 for seven.
NAMES = ["experiment", "arm", "position"]


def read(path):
    """The curves in a file: names as they are, everything else a number, empty fields missing."""
    columns = pd.read_csv(path, nrows=0).columns
    return pd.read_csv(
        path, dtype={name: str for name in NAMES}, keep_default_na=False,
        na_values={column: [""] for column in columns if column not in NAMES},
    )


def looks(curves):
    """The look of each arm, by its name: its family's if that is free, else the next."""
    arms = curves[["arm", "position"]].drop_duplicates("arm")
    free, found = list(range(len(LOOKS))), {}
    for arm, position in zip(arms.arm, arms.position):
        if FAMILIES.get(position) in free:
            free.remove(FAMILIES[position])
            found[arm] = LOOKS[FAMILIES[position]]
    spare = 0
    for arm in arms.arm:
        if arm in found:
            continue
        if free:
            found[arm] = LOOKS[free.pop(0)]
        else:
            color, dashes = LOOKS[spare % len(LOOKS)][0], LOOKS[(spare + 1 + spare // len(LOOKS)) % len(LOOKS)][1]
            found[arm] = (color, dashes)
            spare += 1
    return found


def main(source, target):
    curves = read(source)
    measures = [("validation_loss_nats", "held-out loss"), ("train_loss_nats", "training loss")]
    rates = sorted(curves.learning_rate_peak.unique())
    figure, panels = plt.subplots(
        len(rates), len(measures), figsize=(12, 4.5 * len(rates)), squeeze=False, sharex=True, sharey="row",
        layout="constrained",
    )
    styles = looks(curves)
    for row, rate in zip(panels, rates):
        for panel, (column, title) in zip(row, measures):
            # A point is on the curve of what was measured there alone.
            measured = curves[curves.learning_rate_peak == rate].dropna(subset=[column])
            for (arm, seed), run in measured.groupby(["arm", "seed"], sort=False):
                panel.plot(run.step, run[column], color=styles[arm][0], linewidth=0.7, alpha=0.5)
            for arm, runs in measured.groupby("arm", sort=False):
                mean = runs.groupby("step")[column].mean()
                color, dashes = styles[arm]
                (line,) = panel.plot(mean.index, mean, color=color, linewidth=2, label=arm)
                if dashes:
                    line.set_dashes(dashes)
            panel.set_title(f"{title}, peak learning rate {rate:g}")
            panel.grid(alpha=0.3)
            panel.legend()
    figure.supxlabel("optimizer steps")
    figure.supylabel("nats per masked token")
    figure.savefig(target, dpi=150)
    print(target)


if len(sys.argv) != 3:
    sys.exit("usage: python experiments/plot.py CURVES.csv PICTURE.png")
main(*sys.argv[1:])
