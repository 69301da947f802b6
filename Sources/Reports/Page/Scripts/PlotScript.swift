extension PageScript {
  /// The picture: where axes and curves lie on a canvas, and the curves themselves.
  ///
  /// A canvas, not SVG: a study of some hundred runs has 150 000 points.
  static let plot = #"""
    // MARK: Plot

    class Plot {
      constructor(canvas) {
        this.canvas = canvas;
        this.curves = [];
      }

      draw(stage, settings) {
        const context = clearedContext(this.canvas);
        const { width, height } = this.canvas.getBoundingClientRect();
        const measure = stage.measures.find((measure) => measure.name === settings.get("measure")) ?? stage.measures[0];
        // Targets and references are values of what the runs are judged by, which is the first measure.
        const lines = settings.isOn("lines") && measure === stage.measures[0] ? stage.lines : [];
        const labelWidth = Math.max(0, ...lines.map((line) => context.measureText(line.name).width));
        // In a narrow window the lines' labels stand inside the frame.
        this.hasMargin = width > 560;
        const right = width - (this.hasMargin && lines.length > 0 ? labelWidth + 14 : 24);
        this.frame = { left: 58, right, top: 10, bottom: height - 44 };
        this.curves = shownCurves(stage, settings);
        this.setScales(lines, measure, settings);
        drawGrid(context, this, settings.get("across"), measure);
        drawLines(context, this, lines);
        this.drawCurves(context);
        drawLabels(context, this, lines);
        drawEdges(context, this.frame);
        if (this.curves.length === 0) this.drawNote(context, stage);
      }

      // Scales

      setScales(lines, measure, settings) {
        const { left, right, top, bottom } = this.frame;
        const [acrossLog, upLog] = [settings.isOn("acrossLog"), settings.isOn("upLog")];
        let [least, most] = [Infinity, 0];
        for (const { x } of this.curves) {
          for (const value of x) if (value > 0 && value < least) least = value;
          most = Math.max(most, x[x.length - 1]);
        }
        if (most === 0) [least, most] = [1, 10];
        this.across = new Scale({
          low: acrossLog ? least : 0, high: most, start: left, end: right, isLogarithmic: acrossLog,
        });
        const range = this.valueRange(lines, measure, upLog);
        this.up = new Scale({ ...range, start: bottom, end: top, isLogarithmic: upLog });
        for (const curve of this.curves) {
          curve.across = curve.x.map((value) => this.across.position(value));
          curve.up = curve.y.map((value) => this.up.position(value));
        }
      }

      /** All values, but not the heights of a loss that blew up, and the lines that are not far below. */
      valueRange(lines, { isLoss }, isLogarithmic) {
        let [low, high, start] = [Infinity, -Infinity, -Infinity];
        for (const { y } of this.curves) {
          for (const value of y) {
            if (!Number.isFinite(value) || (isLogarithmic && value <= 0)) continue;
            if (value < low) low = value;
            if (value > high) high = value;
          }
          const first = y.find(Number.isFinite);
          if (first > start) start = first;
        }
        if (low > high) return { low: 0.1, high: 1 };
        if (isLoss && start > 0 && high > 2 * start) high = 1.2 * start;
        for (const { value } of lines) if (value < low && value > 0.5 * low) low = value;
        if (isLogarithmic) {
          const padding = (high / low) ** 0.04;
          return { low: low / padding, high: high * padding };
        }
        const padding = 0.04 * (high - low);
        return { low: low >= 0 ? Math.max(0, low - padding) : low - padding, high: high + padding };
      }

      // Curves

      drawCurves(context) {
        this.clipped(context, () => {
          for (const curve of this.curves) {
            this.trace(context, curve, curve.isMean ? 2.6 : 1, curve.isMean ? 1 : 0.5);
            if (!curve.isMean && curve.run.state === "diverged") this.drawCross(context, curve);
          }
        });
      }

      /** Calls `draw` with nothing drawn outside the frame. */
      clipped(context, draw) {
        const { left, right, top, bottom } = this.frame;
        context.save();
        context.beginPath();
        context.rect(left, top, right - left, bottom - top);
        context.clip();
        draw();
        context.restore();
      }

      trace(context, curve, lineWidth, opacity) {
        context.strokeStyle = shownColor(curve.color);
        context.globalAlpha = curve.opacity * opacity;
        context.lineWidth = lineWidth;
        context.setLineDash(curve.isMean ? curve.dashes : []);
        context.beginPath();
        let isDown = false;
        for (let i = 0; i < curve.across.length; i += 1) {
          const [x, y] = [curve.across[i], curve.up[i]];
          if (!Number.isFinite(x) || !Number.isFinite(y)) {
            isDown = false;
          } else if (isDown) {
            context.lineTo(x, y);
          } else {
            context.moveTo(x, y);
            isDown = true;
          }
        }
        context.stroke();
        context.globalAlpha = 1;
        context.setLineDash([]);
      }

      /** A cross where a run was last seen before it left the finite numbers. */
      drawCross(context, curve) {
        let i = curve.up.length - 1;
        while (i >= 0 && !Number.isFinite(curve.up[i])) i -= 1;
        if (i < 0) return;
        const [x, y] = [curve.across[i], Math.max(curve.up[i], this.frame.top + 6)];
        context.strokeStyle = shownColor(curve.color);
        context.lineWidth = 2;
        stroked(context, x - 4, y - 4, x + 4, y + 4);
        stroked(context, x - 4, y + 4, x + 4, y - 4);
      }

      drawNote(context, stage) {
        const { left, right, top, bottom } = this.frame;
        context.fillStyle = named("faint");
        context.textAlign = "center";
        const isEmpty = stage.runs.every((run) => run.steps.length === 0);
        const text = isEmpty ? "nothing measured yet" : "all curves are hidden";
        context.fillText(text, (left + right) / 2, (top + bottom) / 2);
      }
    }
    """#
}
