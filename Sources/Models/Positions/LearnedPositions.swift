import Autodiff
import Formats
import Kernels

/// A trained table with a row a position, added to the embeddings.
///
/// Source: Devlin et al. 2018 (BERT).
public struct LearnedPositions: PositionScheme {
  /// The name.
  public static let name = "learned"
  /// Its keys.
  public static let keys = [PositionKey.tableLength]
  /// Its one form; nine positions are enough for what is checked.
  public static let checkedForms = [(form: "", scheme: LearnedPositions(positionCount: 9))]

  /// The length of the table.
  public let positionCount: Int

  /// A table of a length.
  public init(positionCount: Int) {
    self.positionCount = positionCount
  }

  /// The scheme of checked values.
  public init(_ values: PositionKey.Values) {
    self.init(positionCount: values.integer("positions"))
  }

  /// The values of its keys.
  public var values: PositionKey.Values { ["positions": JSONValue(positionCount)] }

  /// The table has no row beyond its last.
  public var maximumLength: Int? { positionCount }

  /// The rows of the table.
  public func addition<S: Scalar>(
    _ scope: ParameterScope<S>, _ configuration: EncoderConfiguration
  ) -> AddedPositions<S>? {
    let table = scope["position_embeddings"].parameter(
      "weight", .embedding, shape: [positionCount, configuration.embeddingSize],
      .truncatedNormal(standardDeviation: configuration.initializerDeviation))
    let offset = configuration.positionOffset
    return AddedPositions { time in table.sliced(alongAxis: 0, offset..<offset + time) }
  }

  /// A table that is shorter than the sequences.
  public func misfit(_ sizes: PositionSizes) -> PositionMisfit? { sizes.misfit(ofTable: positionCount) }

  /// A table of no length, or of one that no memory holds.
  public func problems(_ configuration: EncoderConfiguration) -> [(problem: String, expected: String)] {
    PositionKey.problems(ofTable: positionCount)
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

// MARK: - What encodings with a table share

extension PositionKey {
  /// How many rows a table has, a row a position.
  static let tableLength = PositionKey("positions", .positionCount, nil, "the length of the table")

  /// A table of no length, or of one that no memory holds.
  static func problems(ofTable positionCount: Int) -> [(problem: String, expected: String)] {
    (1...100_000_000).contains(positionCount)
      ? [] : [("number of positions is \(positionCount)", expected: "1 to 100000000")]
  }
}

extension PositionSizes {
  /// A table that is shorter than the sequences.
  func misfit(ofTable positionCount: Int) -> PositionMisfit? {
    guard positionCount < sequenceLength else { return nil }
    return PositionMisfit(
      key: PositionKey.tableLength.name, found: "\(positionCount)",
      expected: "at least sequenceLength, which is \(sequenceLength)")
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
