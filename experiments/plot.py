"""Draws curves.csv or probes.csv of an experiment with pandas and matplotlib, in the colours of curves.svg.

    python experiments/plot.py results/quickstart/curves.csv curves.png
    python experiments/plot.py results/why/probes.csv probes.png
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
FAMILIES = {"rotary": 0, "sinusoidal": 1, "learned": 2, "none": 3, "alibi": 4, "relative": 5, "untied": 6}
# Columns of names. Read as text, whatever they look like: pandas would take NA for a gap and 007 for seven.
NAMES = ["experiment", "arm", "position", "probe"]


def read(path):
    """The curves in a file: names as they are, everything else a number, empty fields missing."""
    columns = pd.read_csv(path, nrows=0).columns
    return pd.read_csv(
        path, dtype={name: str for name in NAMES if name in columns}, keep_default_na=False,
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


def draw_probes(lines):
    """A panel a probe and learning rate: the mean of the seeds and the band of their range, of the largest head."""
    lines["probe"] = pd.Categorical(lines.probe, lines.probe.unique())
    seen = lines.groupby(
        ["probe", "learning_rate_peak", "arm", "position", "seed", "step"], sort=False, observed=True
    ).value.max().reset_index()
    probes, rates = list(seen.probe.unique()), sorted(seen.learning_rate_peak.unique())
    figure, panels = plt.subplots(
        len(rates), len(probes), figsize=(4.5 * len(probes), 4 * len(rates)), squeeze=False, sharex=True,
        layout="constrained",
    )
    styles = looks(lines)
    for row, rate in zip(panels, rates):
        for panel, probe in zip(row, probes):
            shown = seen[(seen.learning_rate_peak == rate) & (seen.probe == probe)]
            for arm, runs in shown.groupby("arm", sort=False):
                steps = runs.groupby("step").value
                color, dashes = styles[arm]
                panel.fill_between(steps.mean().index, steps.min(), steps.max(), color=color, alpha=0.15, linewidth=0)
                (line,) = panel.plot(steps.mean().index, steps.mean(), color=color, linewidth=2, label=arm)
                if dashes:
                    line.set_dashes(dashes)
            panel.set_title(f"{probe}, peak learning rate {rate:g}")
            panel.grid(alpha=0.3)
    panels[0][0].legend()
    figure.supxlabel("optimizer steps")
    return figure


def draw_curves(curves):
    """A row a learning rate: held-out and training loss, each seed thin and the mean thick."""
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
    return figure


def main(source, target):
    table = read(source)
    figure = draw_probes(table) if "probe" in table.columns else draw_curves(table)
    figure.savefig(target, dpi=150)
    print(target)


if len(sys.argv) != 3:
    sys.exit("usage: python experiments/plot.py CURVES.csv|PROBES.csv PICTURE.png")
main(*sys.argv[1:])
