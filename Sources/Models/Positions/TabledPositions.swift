import Formats

/// What encodings with a trained table share: it has a row a position, and no row beyond its last.
protocol TabledPositions: PositionScheme {
  /// How many rows the table has.
  var positionCount: Int { get }
}

extension TabledPositions {
  /// The table has no row beyond its last.
  public var maximumLength: Int? { positionCount }

  /// A table that is shorter than the sequences.
  public func misfit(_ sizes: PositionSizes) -> PositionMisfit? { misfitOfTable(sizes) }

  /// A table that is shorter than the sequences.
  func misfitOfTable(_ sizes: PositionSizes) -> PositionMisfit? {
    guard positionCount < sizes.sequenceLength else { return nil }
    return PositionMisfit(
      key: PositionKey.tableLength.name, found: "\(positionCount)",
      expected: "at least sequenceLength, which is \(sizes.sequenceLength)")
  }

  /// A table of no length, or of one that no memory holds.
  public func problems(_ configuration: EncoderConfiguration) -> [(problem: String, expected: String)] {
    (1...100_000_000).contains(positionCount)
      ? [] : [("number of positions is \(positionCount)", expected: "1 to 100000000")]
  }
}

extension PositionKey {
  /// How many rows a table has, a row a position.
  static let tableLength = PositionKey("positions", .positionCount, nil, "the length of the table")
}
