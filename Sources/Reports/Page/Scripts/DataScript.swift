extension PageScript {
  /// The page's numbers, as `PageData` wrote them, brought into the form that curves are made of.
  static let data = #"""
    // MARK: Data

    /** Whole differences → numbers. `null` is a number that is not finite; it does not count in the sum. */
    function decodedColumn({ perUnit, differences }) {
      const values = new Float64Array(differences.length);
      let sum = 0;
      differences.forEach((difference, i) => {
        if (difference !== null) sum += difference;
        values[i] = difference === null ? NaN : sum / perUnit;
      });
      return values;
    }

    /** The stages, their runs with columns in place of the columns' numbers. */
    function readData() {
      const data = JSON.parse(document.getElementById("data").textContent);
      const columns = data.columns.map(decodedColumn);
      for (const stage of data.stages) {
        for (const run of stage.runs) {
          for (const name of ["steps", "tokens", "seconds"]) run[name] = columns[run[name]];
          run.flops = run.tokens.map((tokens) => tokens * stage.arms[run.arm].flopsPerToken);
          run.measured = run.measured.map((column) => columns[column]);
        }
      }
      return data;
    }
    """#
}
