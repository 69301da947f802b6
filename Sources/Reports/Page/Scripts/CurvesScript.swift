extension PageScript {
  /// Which curves there are to draw: each seed's, and the mean of the seeds of an arm at a rate.
  static let curves = #"""
    // MARK: Curves

    /** The runs that no setting hides. */
    function shownRuns(stage, settings) {
      const onlyBest = settings.isOn("best");
      return stage.runs.filter((run) => {
        const arm = stage.arms[run.arm];
        const isHiddenRate = onlyBest && arm.bestRate !== null && arm.bestRate !== run.rate;
        return !isHiddenRate && settings.isShown("arm", arm.name) &&
          settings.isShown("rate", stage.rates[run.rate]) && settings.isShown("seed", stage.seeds[run.seed]);
      });
    }

    /** The runs of each arm and rate, a list each. */
    function groupedRuns(runs) {
      const groups = new Map();
      for (const run of runs) {
        const key = `${run.arm} ${run.rate}`;
        if (!groups.has(key)) groups.set(key, []);
        groups.get(key).push(run);
      }
      return [...groups.values()];
    }

    /**
     * The runs that enter a mean: the finished ones, as in the tables. Until there are any, those that are under way.
     */
    function runsOfMean(runs) {
      const finished = runs.filter((run) => run.state === "finished");
      return finished.length > 0 ? finished : runs.filter((run) => run.state === "unfinished" && run.steps.length > 0);
    }

    /** The mean of some runs' columns at each step at which all of them were measured. */
    function meanOf(runs, columnsOf) {
      const sums = new Map();
      for (const run of runs) {
        const columns = columnsOf(run);
        run.steps.forEach((step, i) => {
          if (!columns.every((column) => Number.isFinite(column[i]))) return;
          const sum = sums.get(step) ?? { count: 0, values: columns.map(() => 0) };
          sum.count += 1;
          columns.forEach((column, j) => { sum.values[j] += column[i]; });
          sums.set(step, sum);
        });
      }
      const steps = [...sums.keys()].filter((step) => sums.get(step).count === runs.length).sort((a, b) => a - b);
      const means = columnsOf(runs[0]).map((_, j) =>
        Float64Array.from(steps, (step) => sums.get(step).values[j] / runs.length));
      return { steps: Float64Array.from(steps), means };
    }

    /** The curves to draw, thin ones first, so that the thick ones lie above. */
    function shownCurves(stage, settings) {
      const across = settings.get("across");
      const measure = Math.max(0, stage.measures.findIndex((measure) => measure.name === settings.get("measure")));
      const [thin, thick] = [[], []];
      const groups = groupedRuns(shownRuns(stage, settings));
      const ratesByArm = new Map();
      for (const [{ arm, rate }] of groups) ratesByArm.set(arm, [...(ratesByArm.get(arm) ?? []), rate]);
      for (const group of groups) {
        const { arm, rate } = group[0];
        const { color, dashes, name } = stage.arms[arm];
        const rates = ratesByArm.get(arm);
        // Of an arm's rates, the lower ones are paler.
        const opacity = 0.4 + 0.6 * (rates.indexOf(rate) + 1) / rates.length;
        const look = { arm, rate, color, dashes, opacity };
        const label = `${name}, rate ${stage.rates[rate]}`;
        const runs = runsOfMean(group);
        // A run alone is its own mean, which is enough.
        const isAlone = group.length === 1 && runs.length === 1;
        if (settings.isOn("thin") && !isAlone) {
          for (const run of group) {
            thin.push({
              ...look, run, isMean: false, label: `${label}, seed ${stage.seeds[run.seed]}`, steps: run.steps,
              x: run[across], y: run.measured[measure], tokens: run.tokens, seconds: run.seconds,
            });
          }
        }
        if (runs.length === 0) continue;
        const { steps, means: [x, y, tokens, seconds] } =
          meanOf(runs, (run) => [run[across], run.measured[measure], run.tokens, run.seconds]);
        const seeds = runs.length === 1 ? `seed ${stage.seeds[runs[0].seed]}` : `mean of ${runs.length} seeds`;
        thick.push({ ...look, run: null, isMean: true, label: `${label}, ${seeds}`, steps, x, y, tokens, seconds });
      }
      return [...thin, ...thick].filter((curve) => curve.steps.length > 0);
    }
    """#
}
