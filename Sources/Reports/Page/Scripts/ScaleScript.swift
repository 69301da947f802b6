extension PageScript {
  /// From numbers to pixels along one axis, and the axis's ticks.
  static let scale = #"""
    // MARK: Scale

    class Scale {
      /** From `low` to `high` in numbers, from `start` to `end` in pixels. */
      constructor({ low, high, start, end, isLogarithmic }) {
        this.isLogarithmic = isLogarithmic && low > 0;
        if (!(high > low)) {
          high = low === 0 ? 1 : low + Math.abs(low) * 0.1;
          low = this.isLogarithmic ? low * 0.9 : low === 0 ? 0 : low - Math.abs(low) * 0.1;
        }
        Object.assign(this, { low, high, start, end });
      }

      position(value) {
        const { low, high, start, end } = this;
        const share = this.isLogarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
        return start + share * (end - start);
      }

      contains(value) {
        return value >= this.low && value <= this.high;
      }

      /** Round numbers in sight, at most about `most` of them, in units of `unit`. */
      ticks(most, unit = 1) {
        const [low, high] = [this.low / unit, this.high / unit];
        const ticks = this.isLogarithmic && high / low >= 10 ? decades(low, high, most) : evenTicks(low, high, most);
        return ticks.map((tick) => tick * unit);
      }
    }

    /** Multiples of 1, 2 or 5 times a power of ten. */
    function evenTicks(low, high, most) {
      const least = (high - low) / most;
      const power = 10 ** Math.floor(Math.log10(least));
      const distance = power * [1, 2, 5, 10].find((factor) => factor * power >= least * 0.999999);
      const ticks = [];
      for (let i = Math.ceil(low / distance - 1e-9); i * distance <= high * (1 + 1e-12); i += 1) ticks.push(i * distance);
      return ticks;
    }

    /** Powers of ten, with 2 and 5 times these where there is room; every second or third power where there is not. */
    function decades(low, high, most) {
      const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
      const factors = [[1, 2, 5], [1, 3], [1]].find((factors) => factors.length * (last - first) <= most) ?? [1];
      const stride = Math.max(1, Math.ceil((last - first) / most));
      const ticks = [];
      for (let power = first; power <= last; power += stride) {
        for (const factor of factors) ticks.push(factor * 10 ** power);
      }
      return ticks.filter((tick) => tick >= low * 0.999999 && tick <= high * 1.000001);
    }
    """#
}
