import Kernels

/// Times the micro-kernel of matrix products alone, so that each loss of a whole product has a place.
public struct KernelBenchmark: Encodable, Sendable {
  /// The micro-kernel with one layout of A in one place.
  public struct Row: Sendable {
    /// How the rows of A lie.
    public let layout: TimedMicroKernel.Layout
    /// Where A comes from.
    public let place: TimedMicroKernel.Place
    /// Rows and columns of the tile, and steps of K.
    public let (rows, columns, depth): (Int, Int, Int)
    /// The speeds of its calls.
    public let speed: SpeedRange

    init(_ kernel: TimedMicroKernel, seconds: [Double]) {
      (layout, place) = (kernel.layout, kernel.place)
      (rows, columns, depth) = (kernel.rows, kernel.columns, kernel.depth)
      speed = SpeedRange(operationCount: kernel.operationCount, seconds: seconds)
    }
  }

  /// What the machine reached on registers alone meanwhile.
  public let peak: Peak
  /// Each layout in each place.
  public let rows: [Row]

  /// The memory that it takes, in bytes.
  public static var memory: Double { TimedMicroKernel.memory }

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
    let threads = sitting.threads
    let kernels = TimedMicroKernel.Layout.allCases.flatMap { layout in
      TimedMicroKernel.Place.allCases.map { TimedMicroKernel(layout, $0, threads: threads) }
    }
    let turns = sitting.measure(
      windows: windows, warmUp: { for kernel in kernels { kernel.run() } },
      window: {
        kernels.map { kernel in
          kernel.run()
          return results(of: { secondsTaken { kernel.run() } }, for: seconds)
        }
      })
    let rows = kernels.indices.map { index in Row(kernels[index], seconds: turns.flatMap { $0[index] }) }
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
      case rows, columns, depth
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(row.layout, forKey: .layout)
      try container.encode(row.place, forKey: .place)
      try container.encode(row.rows, forKey: .rows)
      try container.encode(row.columns, forKey: .columns)
      try container.encode(row.depth, forKey: .depth)
      try row.speed.encode(to: encoder, peak: peak)
    }
  }
}
