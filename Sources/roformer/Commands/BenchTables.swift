import Benchmarks
import Experiments
import Platform
import Reports
import Training

/// What `bench` prints: JSON for programs, tables for people.
protocol BenchResult: Encodable {
  /// The tables, from top to bottom.
  var tables: [TextTable] { get }
}

extension GEMMBenchmark: BenchResult {
  /// A line a product.
  var tables: [TextTable] {
    var table = TextTable(
      ["product", "sides", "m × n × k"] + SpeedRange.headings, words: [0, 1])
    for product in products {
      let shape = product.shape
      table.append(
        [
          shape.label, "A\(shape.transposesA ? "ᵀ" : "")·B\(shape.transposesB ? "ᵀ" : "")",
          "\(shape.m) × \(shape.n) × \(shape.k)",
        ] + product.speed.cells(peak))
    }
    return [table]
  }
}

extension KernelBenchmark: BenchResult {
  /// A line a layout and place.
  var tables: [TextTable] {
    var table = TextTable(["A lies", "A comes from", "rows × columns × K"] + SpeedRange.headings, words: [0, 1])
    for row in rows {
      table.append(
        [row.layout.rawValue, row.place.rawValue, "\(row.rows) × \(row.columns) × \(row.depth)"] + row.speed.cells(peak)
      )
    }
    return [table]
  }
}

extension SpeedRange {
  /// What stands above `cells`.
  fileprivate static let headings = ["GFLOP/s", "lowest", "highest", "of peak", "best of peak"]

  /// The median, the range, and the shares of the peak that the median and the best calls are.
  fileprivate func cells(_ peak: Peak) -> [String] {
    [
      rounded(median), rounded(lowest), rounded(highest), percent(peak.share(of: median)),
      percent(peak.share(of: best)),
    ]
  }
}

extension AttentionBenchmark: BenchResult {
  /// One line.
  var tables: [TextTable] { [throughputTable("attention", "forward", percent(forwardShare))] }
}

extension StepBenchmark: BenchResult {
  /// One line; and, if asked for, a line a part.
  var tables: [TextTable] {
    [throughputTable("step", "MiB", rounded(Double(peakMemoryBytes) / 0x1p20))]
      + (profile.map { [profileTable($0)] } ?? [])
  }

  private func profileTable(_ profile: [StepProfile.Row]) -> TextTable {
    var table = TextTable(["part", "share", "ms a step", "forward", "backward"])
    for row in profile.folded(below: 0.001) {
      table.append([
        row.part, percent(row.share), milliseconds(row.secondsPerStep), milliseconds(row.forwardSecondsPerStep),
        milliseconds(row.backwardSecondsPerStep),
      ])
    }
    return table
  }
}

extension AllBenchmarks: BenchResult {
  /// Those of steps, products and attention.
  var tables: [TextTable] { step.tables + gemm.tables + attention.tables }
}

extension ThroughputBenchmark {
  /// One line: the workload, its speed, and what this benchmark alone has.
  fileprivate func throughputTable(_ subject: String, _ ownColumn: String, _ ownText: String) -> TextTable {
    var table = TextTable([subject, "tokens/s", "GFLOP/s", "of peak", ownColumn])
    table.append([
      workload.title, rounded(tokensPerSecond), rounded(modelGFLOPS), percent(shareOfPeak), ownText,
    ])
    return table
  }
}

extension Peak {
  /// What shares are of.
  var text: String { "peak \(rounded(gflops)) GFLOP/s on \(threads.counted("thread"))" }

  /// What to say where the peak did not stay the same, or is not that of so many cores.
  var warnings: [String] {
    var warnings: [String] = []
    if varies {
      warnings.append(
        "peak varied from \(rounded(lowestGFLOPS)) to \(rounded(gflops)) GFLOP/s: the machine is not quiet")
    }
    if fallsShort, let oneCoreGFLOPS {
      warnings.append(
        "peak of one core alone is \(rounded(oneCoreGFLOPS)) GFLOP/s, that of \(cores) together \(rounded(gflops)): "
          + "the machine is not quiet, or its cores share what each has alone")
    }
    return warnings
  }
}

extension Workload {
  /// `mini, 32 × 128, none`.
  fileprivate var title: String { "\(preset.rawValue), \(batchSize) × \(sequenceLength), \(position.rawValue)" }
}

private func rounded(_ number: Double) -> String { number.formatted(decimals: 0) }

private func percent(_ share: Double) -> String { (100 * share).formatted(decimals: 1) + " %" }

private func milliseconds(_ seconds: Double?) -> String { seconds.map { (1000 * $0).formatted(decimals: 3) } ?? "–" }
