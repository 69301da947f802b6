import Models

extension Schema {
  /// The keys of `model` that position encodings heed, those last whose default is the length of the sequences.
  static let positions: [SchemaKey] = {
    var heeding: [(key: PositionKey, families: [PositionFamily])] = []
    for family in PositionFamily.allCases {
      for key in family.keys {
        // Encodings may share a key.
        if let known = heeding.firstIndex(where: { $0.key.name == key.name }) {
          heeding[known].families.append(family)
        } else {
          heeding.append((key, [family]))
        }
      }
    }
    let keys = heeding.map { SchemaKey($0.key, of: $0.families) }
    return keys.filter(\.hasStandardValue) + keys.filter { !$0.hasStandardValue }
  }()
}

extension SchemaKey {
  /// A key of position encodings.
  fileprivate init(_ key: PositionKey, of families: [PositionFamily]) {
    let type: ValueType =
      switch key.kind {
      case .choice(let words): .choice(words)
      case .positive(let highest): Schema.positive(upTo: highest)
      case .flag: .flag
      case .positionCount: .whole(1...Schema.maximumLength)
      case .layers: .wordOrList(RotaryPositions.allLayers, .whole(0...1023))
      }
    self.init(
      section: .model, name: key.name, type: type,
      standard: key.standard.map(Standard.value) ?? .derived("sequenceLength"),
      summary: "\(families.map(\.rawValue).joined(separator: ", ")): \(key.summary)")
  }

  /// Whether a default is written where a file says nothing.
  fileprivate var hasStandardValue: Bool { if case .value = standard { true } else { false } }
}
