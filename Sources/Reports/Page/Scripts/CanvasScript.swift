extension PageScript {
  /// What every drawing on a canvas needs: a clean sheet, the page's colours, a straight line.
  static let canvas = #"""
    // MARK: Canvas

    /** A canvas's context, cleared, in pixels of the page however fine the screen is. */
    function clearedContext(canvas) {
      const { width, height } = canvas.getBoundingClientRect();
      const fineness = window.devicePixelRatio || 1;
      canvas.width = Math.round(width * fineness);
      canvas.height = Math.round(height * fineness);
      const context = canvas.getContext("2d");
      context.scale(fineness, fineness);
      context.lineJoin = "round";
      context.font = "13px system-ui, sans-serif";
      return context;
    }

    /** A colour that the style sheet names. */
    function named(color) {
      return getComputedStyle(document.documentElement).getPropertyValue(`--${color}`).trim();
    }

    /** An arm's colour; black is the ink's, which is white in the dark. */
    function shownColor(color) {
      return color === "#000000" ? named("ink") : color;
    }

    function stroked(context, x1, y1, x2, y2) {
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
    }
    """#
}
