import Autodiff
import Kernels

/// Times the matrix products of a training step, and square ones, against the machine's multiply-add peak.
public struct GEMMBenchmark: Encodable, Sendable {
  /// One product and its speed.
  public struct Product: Sendable {
    /// What was multiplied.
    public let shape: ProductShape
    /// 2·m·n·k operations over the times of its calls.
    public let speed: SpeedRange

    /// A product whose calls took so many seconds each.
    init(_ shape: ProductShape, seconds: [Double]) {
      self.shape = shape
      speed = SpeedRange(operationCount: shape.operationCount, seconds: seconds)
    }
  }

  /// The model whose products were timed.
  public let workload: Workload
  /// What the machine reached on registers alone meanwhile.
  public internal(set) var peak: Peak
  /// The square products, then those of a step.
  public let products: [Product]

  /// Measures.
  ///
  /// A window goes through all products in turns, so that what disturbs the machine for a while does not fall on one alone.
  ///
  /// - Parameters:
  ///   - workload: the model whose products are timed.
  ///   - windows: how often each product has its turn.
  ///   - seconds: how long a turn takes; one call at least. The median over all calls counts.
  ///   - sitting: the threads that take part, and the peak.
  /// - Returns: the products' speeds.
  public static func measure(
    _ workload: Workload, windows: Int = 5, seconds: Double = 0.1, in sitting: inout Sitting
  ) -> GEMMBenchmark {
    let shapes = shapes(workload)
    let turns = sitting.measure(
      windows: windows, warmUp: {}, window: { shapes.map { time($0, for: seconds) } })
    let products = shapes.indices.map { index in Product(shapes[index], seconds: turns.flatMap { $0[index] }) }
    return GEMMBenchmark(workload: workload, peak: sitting.peak, products: products)
  }

  private static func shapes(_ workload: Workload) -> [ProductShape] { ProductShape.squares + workload.products }

  /// The memory that it takes, in bytes: factors and product, which products of one size share.
  public static func memory(_ workload: Workload) -> Double {
    4 * Double(Set(shapes(workload).map(\.elementCount)).reduce(0, +))
  }

  private static func time(_ shape: ProductShape, for seconds: Double) -> [Double] {
    let (m, n, k) = (shape.m, shape.n, shape.k)
    // From where tensors come from too, so that the pages are like theirs.
    let memory = TimedMemory(repeating: 0.5, count: shape.elementCount)
    let (a, b, c) = (memory.pointer, memory.pointer + m * k, memory.pointer + m * k + k * n)
    let left = shape.transposesA ? Matrix(a, rows: k, columns: m).transposed : Matrix(a, rows: m, columns: k)
    let right = shape.transposesB ? Matrix(b, rows: n, columns: k).transposed : Matrix(b, rows: k, columns: n)
    // Untimed: the first call fetches pages and operands.
    gemm(left, right, into: c)
    return withExtendedLifetime(memory) {
      results(of: { secondsTaken { gemm(left, right, into: c) } }, for: seconds)
    }
  }
}

// MARK: - JSON

extension GEMMBenchmark {
  private enum CodingKeys: String, CodingKey {
    case products
  }

  /// Writes the workload, the peak and the products side by side.
  public func encode(to encoder: any Encoder) throws {
    try workload.encode(to: encoder, without: .position)
    try peak.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(products.map { Row(product: $0, peak: peak) }, forKey: .products)
  }

  /// A product and its shares of the peak.
  private struct Row: Encodable {
    let product: Product
    let peak: Peak

    func encode(to encoder: any Encoder) throws {
      try product.shape.encode(to: encoder)
      try product.speed.encode(to: encoder, peak: peak)
    }
  }
}
