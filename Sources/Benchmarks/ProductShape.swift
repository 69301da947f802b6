/// A product C `[m, n]` = A · B that is to be timed, with the sides that lie transposed.
public struct ProductShape: Encodable, Sendable, Equatable {
  /// What it is for.
  public let label: String
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

  enum CodingKeys: String, CodingKey {
    case label, m, n, k
    case transposesA = "transposes_a"
    case transposesB = "transposes_b"
  }

  /// The multiplications and additions of the product.
  var operationCount: Double { 2 * Double(m) * Double(n) * Double(k) }

  /// The elements of both factors and of the product.
  var elementCount: Int { m * k + k * n + m * n }

  /// The square product of 1024³ with each side either way: the one that people compare.
  static let squares: [ProductShape] = [(false, false), (false, true), (true, false), (true, true)].map {
    ProductShape(label: "1024³", m: 1024, n: 1024, k: 1024, transposesA: $0.0, transposesB: $0.1)
  }

  /// The three products of a linear map x · Wᵀ, W lying as `[outputs, inputs]`.
  static func linear(_ name: String, rows: Int, from inputs: Int, to outputs: Int) -> [ProductShape] {
    [
      ProductShape(label: "\(name), forward", m: rows, n: outputs, k: inputs, transposesA: false, transposesB: true),
      ProductShape(
        label: "\(name), input gradient", m: rows, n: inputs, k: outputs, transposesA: false, transposesB: false),
      ProductShape(
        label: "\(name), weight gradient", m: outputs, n: inputs, k: rows, transposesA: true, transposesB: false),
    ]
  }
}

extension Workload {
  /// The products of a training step but for those inside attention, each once however many layers there are.
  var products: [ProductShape] {
    let encoder = encoder
    let (width, inner) = (encoder.hiddenSize, encoder.feedForwardSize)
    let projections = width + 2 * encoder.keyValueHeadCount * encoder.headDim
    let (tokens, masked) = (tokenCount, maskedTokenCount)
    return [
      ProductShape.linear("queries, keys and values", rows: tokens, from: width, to: projections),
      ProductShape.linear("attention output", rows: tokens, from: width, to: width),
      ProductShape.linear("feed-forward up", rows: tokens, from: width, to: inner),
      ProductShape.linear("feed-forward down", rows: tokens, from: inner, to: width),
      ProductShape.linear("head transform", rows: masked, from: width, to: encoder.embeddingSize),
      ProductShape.linear("head scores", rows: masked, from: encoder.embeddingSize, to: encoder.vocabularySize),
    ].flatMap(\.self)
  }
}
