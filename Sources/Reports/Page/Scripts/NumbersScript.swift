extension PageScript {
  /// Numbers for readers, the same in every country.
  static let numbers = #"""
    // MARK: Numbers

    /** The number without zeros at its end: `0.25`, `300`. */
    function plain(value, digits = 6) {
      return String(Number(value.toPrecision(digits)));
    }

    /** A count with a prefix of the SI: `1.23M`. */
    function count(value, digits = 3) {
      if (Math.abs(value) >= 1e21) return value.toExponential(digits - 1);
      const prefixes = ["", "k", "M", "G", "T", "P", "E"];
      let power = 0;
      while (Math.abs(value) >= 999.5 && power < prefixes.length - 1) {
        value /= 1000;
        power += 1;
      }
      return plain(value, digits) + prefixes[power];
    }

    /** A whole number with narrow spaces between groups of three digits. */
    function grouped(value) {
      const text = plain(value, 15);
      return text.length > 4 && /^\d+$/.test(text) ? text.replace(/\B(?=(\d{3})+$)/g, "\u202f") : text;
    }

    /** The largest unit of time that a span has at least two of, with its seconds. */
    function timeUnit(seconds) {
      const units = [["days", 86400], ["hours", 3600], ["minutes", 60], ["seconds", 1]];
      return units.find(([, length]) => seconds >= 2 * length) ?? units[3];
    }

    /** A time in its unit: `1.25 hours`. */
    function duration(seconds) {
      const [name, length] = timeUnit(seconds);
      return `${plain(seconds / length, 3)} ${name}`;
    }
    """#
}
