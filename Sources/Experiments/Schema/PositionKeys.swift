import Models

extension Schema {
  /// The keys of `model` that position encodings heed, those last whose default is the length of the sequences.
  static let positions: [SchemaKey] = {
    let keys = PositionFamily.allCases.flatMap { family in family.keys.map { SchemaKey($0, of: family) } }
    return keys.filter(\.hasStandardValue) + keys.filter { !$0.hasStandardValue }
  }()
}

extension SchemaKey {
  /// A key of a position encoding.
  fileprivate init(_ key: PositionKey, of family: PositionFamily) {
    let type: ValueType =
      switch key.kind {
      case .choice(let words): .choice(words)
      case .positive(let highest): Schema.positive(upTo: highest)
      case .flag: .flag
      case .positionCount: .whole(1...Schema.maximumLength)
      }
    self.init(
      section: .model, name: key.name, type: type,
      standard: key.standard.map(Standard.value) ?? .derived("sequenceLength"),
      summary: "\(family.rawValue): \(key.summary)")
  }

  /// Whether a default is written where a file says nothing.
  fileprivate var hasStandardValue: Bool { if case .value = standard { true } else { false } }
}
