extension PageScript {
  /// The frame of the plot: a grid at round numbers, the numbers, and what they count.
  static let axes = #"""
    // MARK: Axes

    /** The grid with its numbers, and the axes' titles. `acrossName` is one of steps, tokens, seconds and flops. */
    function drawGrid(context, { frame, across, up }, acrossName, measure) {
      const { left, right, top, bottom } = frame;
      context.fillStyle = named("faint");
      context.strokeStyle = named("rule");
      context.lineWidth = 1;
      context.textAlign = "right";
      context.textBaseline = "middle";
      for (const tick of up.ticks(Math.max(2, (bottom - top) / 45))) {
        const y = Math.round(up.position(tick)) + 0.5;
        stroked(context, left, y, right, y);
        context.fillText(plain(tick), left - 8, y);
      }
      const { title, unit, label } = acrossLabels(acrossName, across);
      context.textAlign = "center";
      context.textBaseline = "top";
      for (const tick of across.ticks(Math.max(2, (right - left) / 80), unit)) {
        const x = Math.round(across.position(tick)) + 0.5;
        stroked(context, x, top, x, bottom);
        context.fillText(label(tick / unit), x, bottom + 7);
      }
      context.fillStyle = named("ink");
      context.fillText(title, (left + right) / 2, bottom + 26);
      context.save();
      context.translate(4, (top + bottom) / 2);
      context.rotate(-Math.PI / 2);
      context.fillText(measure.title + (measure.unit ? ` (${measure.unit})` : ""), 0, 0);
      context.restore();
    }

    /** The title of the axis across, the unit that it counts in, and how a number of units is written. */
    function acrossLabels(name, { isLogarithmic, low, high }) {
      if (name === "seconds") {
        const [unitName, unit] = timeUnit(isLogarithmic ? Math.sqrt(low * high) : high);
        return { title: `time (${unitName})`, unit, label: (value) => plain(value) };
      }
      const title = { steps: "step", tokens: "tokens", flops: "FLOPs of training" }[name];
      return { title, unit: 1, label: name === "steps" ? grouped : (value) => count(value) };
    }

    function drawEdges(context, { left, right, top, bottom }) {
      context.strokeStyle = named("faint");
      context.lineWidth = 1;
      stroked(context, left + 0.5, top, left + 0.5, bottom);
      stroked(context, left, bottom + 0.5, right, bottom + 0.5);
    }
    """#
}
