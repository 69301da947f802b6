extension PageScript {
  /// The value under the pointer, or where the arrow keys have led: a dot on a curve, and what it says in words.
  static let cursor = #"""
    // MARK: Cursor

    class Cursor {
      constructor({ box, canvas, readout, help }, plot, settings) {
        Object.assign(this, { box, canvas, readout, help, plot, settings });
        this.curve = null;
        this.index = 0;
        box.addEventListener("pointermove", (event) => this.follow(event));
        box.addEventListener("pointerdown", (event) => this.follow(event));
        box.addEventListener("pointerleave", () => {
          if (document.activeElement !== box) this.leave();
        });
        box.addEventListener("keydown", (event) => {
          if (this.press(event.key)) event.preventDefault();
        });
      }

      /** Finds its curve again after the plot was drawn anew. */
      restore(stage) {
        this.stage = stage;
        const [label, step] = [this.settings.get("curve"), Number(this.settings.get("at"))];
        const curve = this.plot.curves.find((curve) => curve.label === label);
        this.index = curve ? curve.steps.findIndex((other) => other >= step) : -1;
        this.curve = this.index >= 0 && isVisible(curve, this.index) ? curve : null;
        this.show();
      }

      leave() {
        this.curve = null;
        this.settings.set("curve", "");
        this.settings.set("at", "");
        this.show();
      }

      moveTo(curve, index) {
        this.curve = curve;
        this.index = index;
        this.settings.set("curve", curve.label);
        this.settings.set("at", String(curve.steps[index]));
        this.show();
      }

      // The pointer

      follow(event) {
        const bounds = this.box.getBoundingClientRect();
        const found = this.nearest(event.clientX - bounds.left, event.clientY - bounds.top);
        if (found) this.moveTo(found.curve, found.index);
      }

      /** The point nearest to a place, among those that each curve has around there; means win a draw. */
      nearest(x, y) {
        const reach = 40;
        let best = null;
        for (const curve of this.plot.curves) {
          const [first, last] = [firstAtLeast(curve.across, x - reach) - 1, firstAtLeast(curve.across, x + reach)];
          for (let index = first; index <= last; index += 1) {
            const [dx, dy] = [curve.across[index] - x, curve.up[index] - y];
            const distance = Math.hypot(dx, dy);
            if (Number.isFinite(distance) && (!best || distance <= best.distance)) best = { curve, index, distance };
          }
        }
        return best;
      }

      // The keyboard

      /** Whether the key means anything here. */
      press(key) {
        const { curves, frame } = this.plot;
        const keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];
        if (key === "Escape" && this.curve) {
          this.leave();
          return true;
        }
        if (!keys.includes(key) || curves.length === 0) return false;
        if (!this.curve) {
          const found = this.nearest((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2);
          if (found) this.moveTo(found.curve, found.index);
        } else if (key === "ArrowUp" || key === "ArrowDown") {
          this.goToNeighbour(key === "ArrowUp");
        } else {
          this.goAlong(key);
        }
        return true;
      }

      goAlong(key) {
        const visible = [...this.curve.up.keys()].filter((i) => isVisible(this.curve, i));
        const i = visible.indexOf(this.index);
        const last = visible.length - 1;
        const next = { ArrowLeft: Math.max(0, i - 1), ArrowRight: Math.min(last, i + 1), Home: 0, End: last }[key];
        this.moveTo(this.curve, visible[next]);
      }

      /** Goes to the next curve above or below, at the same place across. */
      goToNeighbour(isUp) {
        const x = this.curve.across[this.index];
        const places = this.plot.curves.map((curve, order) => {
          const after = firstAtLeast(curve.across, x);
          const candidates = [after, after - 1].filter((i) => isVisible(curve, i));
          const index = candidates.sort((a, b) => Math.abs(curve.across[a] - x) - Math.abs(curve.across[b] - x))[0];
          return { curve, index, order };
        }).filter(({ index }) => index !== undefined);
        places.sort((a, b) => b.curve.up[b.index] - a.curve.up[a.index] || a.order - b.order);
        const next = places[places.findIndex(({ curve }) => curve === this.curve) + (isUp ? 1 : -1)];
        if (next) this.moveTo(next.curve, next.index);
      }

      // What is shown

      show() {
        const context = clearedContext(this.canvas);
        this.readout.textContent = this.curve ? this.words() : "";
        this.help.hidden = this.curve !== null;
        if (!this.curve) return;
        const [x, y] = [this.curve.across[this.index], this.curve.up[this.index]];
        this.plot.clipped(context, () => {
          this.plot.trace(context, { ...this.curve, opacity: 1 }, this.curve.isMean ? 4.5 : 2.5, 1);
        });
        context.fillStyle = shownColor(this.curve.color);
        context.strokeStyle = named("paper");
        context.lineWidth = 2;
        context.beginPath();
        context.arc(x, y, 5.5, 0, 2 * Math.PI);
        context.fill();
        context.stroke();
      }

      words() {
        const { curve, index, stage } = this;
        const measure = stage.measures.find((measure) => measure.name === this.settings.get("measure"));
        const { title } = measure ?? stage.measures[0];
        const flops = curve.tokens[index] * stage.arms[curve.arm].flopsPerToken;
        const across = [
          `step ${grouped(curve.steps[index])}`, `${count(curve.tokens[index], 4)} tokens`,
          duration(curve.seconds[index]), `${count(flops, 4)} FLOPs`,
        ].join(", ");
        const end = curve.run?.state === "diverged" ? `; diverged by step ${grouped(curve.run.divergedAt)}` : "";
        return `${curve.label}: ${title} ${curve.y[index].toFixed(4)} at ${across}${end}`;
      }
    }

    function isVisible(curve, i) {
      return Number.isFinite(curve.across[i]) && Number.isFinite(curve.up[i]);
    }

    /** The first place in ascending numbers that is at least `value`; places that have no number count as below. */
    function firstAtLeast(numbers, value) {
      let [low, high] = [0, numbers.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (numbers[middle] >= value) high = middle;
        else low = middle + 1;
      }
      return low;
    }
    """#
}
