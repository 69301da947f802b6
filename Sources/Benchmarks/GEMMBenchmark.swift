import Autodiff
import Kernels
import Platform

/// Times matrix products against the machine's multiply-add peak.
public struct GEMMBenchmark: Codable, Sendable {
  /// One product and its speed.
  public struct Product: Codable, Sendable {
    /// Rows of C.
    public let m: Int
    /// Columns of C.
    public let n: Int
    /// The length of the sums.
    public let k: Int
    /// Whether A lies transposed in memory.
    public let transposesA: Bool
    /// Whether B lies transposed in memory.
    public let transposesB: Bool
    /// 2·m·n·k operations over the median time, in 10⁹ a second.
    public let gflops: Double
    /// `gflops` over the peak.
    public let shareOfPeak: Double

    enum CodingKeys: String, CodingKey {
      case m, n, k, gflops
      case transposesA = "transposes_a"
      case transposesB = "transposes_b"
      case shareOfPeak = "share_of_peak"
    }
  }

  /// Threads used.
  public let threads: Int
  /// The multiply-add peak of as many threads, in 10⁹ operations a second.
  public let peakGFLOPS: Double
  /// The products in the order they were asked for.
  public let products: [Product]

  enum CodingKeys: String, CodingKey {
    case threads, products
    case peakGFLOPS = "peak_gflops"
  }

  /// The shape of a product to be timed.
  public struct Shape: Sendable {
    let m: Int
    let n: Int
    let k: Int
    let transposesA: Bool
    let transposesB: Bool

    /// A product C `[m, n]` = A · B, with the sides that lie transposed.
    public init(m: Int, n: Int, k: Int, transposesA: Bool = false, transposesB: Bool = false) {
      self.m = m
      self.n = n
      self.k = k
      self.transposesA = transposesA
      self.transposesB = transposesB
    }
  }

  /// All four transpose combinations of 1024³, then the products of a `mini` step: forward, input and weight gradient.
  public static let standardShapes: [Shape] =
    [(false, false), (false, true), (true, false), (true, true)].map {
      Shape(m: 1024, n: 1024, k: 1024, transposesA: $0.0, transposesB: $0.1)
    } + [
      Shape(m: 4096, n: 256, k: 256, transposesB: true), Shape(m: 4096, n: 1024, k: 256, transposesB: true),
      Shape(m: 4096, n: 256, k: 1024, transposesB: true), Shape(m: 4096, n: 256, k: 1024),
      Shape(m: 256, n: 256, k: 4096, transposesA: true), Shape(m: 1024, n: 256, k: 4096, transposesA: true),
      Shape(m: 614, n: 8192, k: 256, transposesB: true),
    ]

  /// Measures.
  ///
  /// - Parameters:
  ///   - threads: as many as take part.
  ///   - shapes: the products.
  ///   - repetitions: timed calls of each, after one that is not; the median counts.
  /// - Returns: the peak and the products' speeds.
  public static func measure(threads: Int, shapes: [Shape] = standardShapes, repetitions: Int = 15) -> GEMMBenchmark {
    ThreadPool.shared.setThreadCount(threads)
    let peak = peakMultiplyAddRate(threads: threads)
    let products = shapes.map { shape in
      let seconds = time(shape, repetitions: repetitions)
      let rate = 2 * Double(shape.m) * Double(shape.n) * Double(shape.k) / seconds
      return Product(
        m: shape.m, n: shape.n, k: shape.k, transposesA: shape.transposesA, transposesB: shape.transposesB,
        gflops: rate / 1e9, shareOfPeak: rate / peak)
    }
    return GEMMBenchmark(threads: threads, peakGFLOPS: peak / 1e9, products: products)
  }

  private static func time(_ shape: Shape, repetitions: Int) -> Double {
    let (m, n, k) = (shape.m, shape.n, shape.k)
    // From where tensors come from too, so that the pages are like theirs.
    let memory = Storage<Float>(repeating: 0.5, count: m * k + k * n + m * n)
    let (a, b, c) = (memory.pointer, memory.pointer + m * k, memory.pointer + m * k + k * n)
    let left = shape.transposesA ? Matrix(a, rows: k, columns: m).transposed : Matrix(a, rows: m, columns: k)
    let right = shape.transposesB ? Matrix(b, rows: n, columns: k).transposed : Matrix(b, rows: k, columns: n)
    gemm(left, right, into: c)
    return withExtendedLifetime(memory) {
      median((0..<repetitions).map { _ in ContinuousClock().measure { gemm(left, right, into: c) } / .seconds(1) })
    }
  }
}

/// The middle value, or the mean of the two middle ones.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
