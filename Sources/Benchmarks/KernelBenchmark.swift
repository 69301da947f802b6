import Kernels

/// Times the micro-kernel of matrix products alone, so that each loss of a whole product has a place.
public struct KernelBenchmark: Encodable, Sendable {
  /// The micro-kernel with its operands in one place.
  public struct Row: Sendable {
    /// How the rows of A lie.
    public let layout: TimedMicroKernel.Layout
    /// Where A comes from.
    public let place: TimedMicroKernel.Place
    /// The speeds of all calls.
    public let speed: SpeedRange
  }

  /// What the machine reached on registers alone meanwhile.
  public let peak: Peak
  /// Each layout in each place.
  public let rows: [Row]

  /// The memory that it takes, in bytes.
  public static func memory(threads: Int) -> Double { TimedMicroKernel.memory(threads: threads) }

  /// Measures.
  ///
  /// A window goes through all rows in turns, so that what disturbs the machine for a while does not fall on one alone.
  ///
  /// - Parameters:
  ///   - windows: how often each row has its turn.
  ///   - seconds: how long a turn takes; one call at least.
  ///   - sitting: the threads that take part, and the peak.
  /// - Returns: the speeds.
  public static func measure(windows: Int = 5, seconds: Double = 0.1, in sitting: inout Sitting) -> KernelBenchmark {
    let cases = TimedMicroKernel.Layout.allCases.flatMap { layout in
      TimedMicroKernel.Place.allCases.map { (layout, $0) }
    }
    let threads = sitting.threads
    let turns = sitting.measure(
      windows: windows, warmUp: {},
      window: {
        cases.map { layout, place -> [Double] in
          let kernel = TimedMicroKernel(layout, place, threads: threads)
          kernel.run()
          return results(of: { secondsTaken(by: kernel.run) }, for: seconds).map { kernel.operationCount / $0 / 1e9 }
        }
      })
    let rows = cases.indices.map { index in
      Row(layout: cases[index].0, place: cases[index].1, speed: SpeedRange(turns.flatMap { $0[index] }))
    }
    return KernelBenchmark(peak: sitting.peak, rows: rows)
  }
}

// MARK: - JSON

extension KernelBenchmark {
  private enum CodingKeys: String, CodingKey {
    case kernels
  }

  /// Writes the peak and the rows side by side.
  public func encode(to encoder: any Encoder) throws {
    try peak.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rows.map { EncodedRow(row: $0, peak: peak) }, forKey: .kernels)
  }

  private struct EncodedRow: Encodable {
    let row: Row
    let peak: Peak

    enum CodingKeys: String, CodingKey {
      case layout = "layout_of_a"
      case place = "a_from"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(row.layout, forKey: .layout)
      try container.encode(row.place, forKey: .place)
      try row.speed.encode(to: encoder, peak: peak)
    }
  }
}
