import Autodiff
import Formats
import Kernels

/// A trained table with a row a position, added to the embeddings.
///
/// Source: Devlin et al. 2018 (BERT).
public struct LearnedPositions: TabledPositions {
  /// The name.
  public static let name = "learned"
  /// Its keys.
  public static let keys = [
    PositionKey.tableLength,
    PositionKey(
      "tableStart", .choice(Start.allCases.map(\.rawValue)), JSONValue(Start.drawn.rawValue),
      "what the table holds before training: numbers drawn as other weights are, or sinusoids"),
    PositionKey("tableStartScale", .positive(upTo: 1000), JSONValue(1), "what those sinusoids are multiplied by"),
  ]
  /// Its one form; nine positions are enough for what is checked.
  public static let checkedForms = [(form: "", scheme: LearnedPositions(positionCount: 9))]

  /// What a table holds before training.
  public enum Start: String, Codable, Sendable, CaseIterable {
    /// Numbers drawn as other weights are, as in BERT.
    case drawn
    /// The rows that `SinusoidalPositions` adds, times a scale.
    case sinusoid
  }

  /// The length of the table.
  public let positionCount: Int
  /// What the table holds before training.
  public let start: Start
  /// What sinusoids are multiplied by; without effect on other starts.
  public let startScale: Double

  /// A table of a length.
  public init(positionCount: Int, start: Start = .drawn, startScale: Double = 1) {
    self.positionCount = positionCount
    self.start = start
    self.startScale = startScale
  }

  /// The scheme of checked values.
  public init(_ values: PositionKey.Values) {
    self.init(
      positionCount: values.integer("positions"), start: Start(rawValue: values.text("tableStart"))!,
      startScale: values.number("tableStartScale"))
  }

  /// The values of its keys.
  public var values: PositionKey.Values {
    [
      "positions": JSONValue(positionCount), "tableStart": JSONValue(start.rawValue),
      "tableStartScale": JSONValue(startScale),
    ]
  }

  /// The rows of the table.
  public func addition<S: Scalar>(
    _ scope: ParameterScope<S>, _ configuration: EncoderConfiguration
  ) -> AddedPositions<S>? {
    let table = scope["position_embeddings"].parameter(
      "weight", .embedding, shape: [positionCount, configuration.embeddingSize], initializer(configuration))
    let offset = configuration.positionOffset
    return AddedPositions { time in table.sliced(alongAxis: 0, offset..<offset + time) }
  }

  /// A table that is shorter than the sequences, and sinusoids of an odd width.
  public func misfit(_ sizes: PositionSizes) -> PositionMisfit? {
    misfitOfTable(sizes) ?? (start == .sinusoid ? SinusoidalPositions().misfit(sizes) : nil)
  }

  private func initializer(_ configuration: EncoderConfiguration) -> Initializer {
    switch start {
    case .drawn: .truncatedNormal(standardDeviation: configuration.initializerDeviation)
    case .sinusoid: .sinusoids(width: configuration.embeddingSize, scale: startScale)
    }
  }

  /// The table.
  public func tables(_ configuration: EncoderConfiguration) -> [(name: String, shape: [Int], axes: String)] {
    [(Self.tableName, [positionCount, configuration.embeddingSize], "positions × embeddings")]
  }

  fileprivate static let tableName = "embeddings.position_embeddings.weight"

  /// The tables of the models that have one.
  public static func drawings(of models: [PositionDrawing.Model], distance: Int) -> [PositionDrawing] {
    models.compactMap { model in
      model.store[tableName].map { table in
        let rows = Tensor(table.value.elements.map { Double($0) }, shape: table.value.shape)
        return PositionDrawing(
          "learned-\(model.name)", title: "Learned positions of \(model.name)", .similarities(rows), isOfWeights: true)
      }
    }
  }
}

extension PositionEncoding {
  /// A trained table with a row a position, added to the embeddings.
  public static func learned(positionCount: Int) -> PositionEncoding {
    PositionEncoding(LearnedPositions(positionCount: positionCount))
  }

  /// A table that holds rows, and the weight that holds them.
  ///
  /// - Parameter rows: `[positionCount, embeddingSize]`.
  /// - Returns: the encoding, and its weight by name.
  static func table(holding rows: Tensor<Float>) -> (PositionEncoding, weights: [String: Tensor<Float>]) {
    (.learned(positionCount: rows.shape[0]), [LearnedPositions.tableName: rows])
  }
}

// MARK: - In metadata

extension LearnedPositions {
  private enum CodingKeys: String, CodingKey {
    case positionCount, start, startScale
  }

  /// Reads a checkpoint's description; what it does not say is as in BERT.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      positionCount: try container.decode(Int.self, forKey: .positionCount),
      start: try container.decodeIfPresent(Start.self, forKey: .start) ?? .drawn,
      startScale: try container.decodeIfPresent(Double.self, forKey: .startScale) ?? 1)
  }

  /// Writes the length, and the start where it is not BERT's.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(positionCount, forKey: .positionCount)
    guard start != .drawn else { return }
    try container.encode(start, forKey: .start)
    try container.encode(startScale, forKey: .startScale)
  }
}
