extension PageScript {
  /// Lines across the plot that curves are held against: targets and references.
  static let lines = #"""
    // MARK: Reference lines

    function linesInSight(lines, up) {
      return lines.filter((line) => up.contains(line.value)).sort((a, b) => b.value - a.value);
    }

    function drawLines(context, { frame, up }, lines) {
      context.strokeStyle = named("faint");
      context.lineWidth = 1.2;
      context.setLineDash([5, 4]);
      for (const { value } of linesInSight(lines, up)) {
        stroked(context, frame.left, up.position(value), frame.right, up.position(value));
      }
      context.setLineDash([]);
    }

    /** The lines' names, moved apart where they would overlap, legible above curves; inside the frame or beside it. */
    function drawLabels(context, { frame, up, hasMargin }, lines) {
      const spacing = 16;
      const inSight = linesInSight(lines, up);
      context.fillStyle = named("faint");
      context.strokeStyle = named("paper");
      context.lineWidth = 3;
      context.textAlign = hasMargin ? "left" : "right";
      context.textBaseline = hasMargin ? "middle" : "bottom";
      const x = hasMargin ? frame.right + 8 : frame.right - 4;
      let last = -Infinity;
      inSight.forEach(({ name, value }, i) => {
        // Room is left above the axis for the labels that are still to come.
        const room = frame.bottom - spacing * (inSight.length - 1 - i);
        last = Math.min(Math.max(up.position(value), last + spacing), room);
        context.strokeText(name, x, last);
        context.fillText(name, x, last);
      });
    }
    """#
}
