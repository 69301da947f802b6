/// The name of a position scheme, under which experiment files and commands know it with all its parameters.
public struct PositionFamily: RawRepresentable, CaseIterable, Encodable, Sendable {
  /// The scheme's type.
  let scheme: any PositionScheme.Type

  /// Every scheme that there is: the one list of them.
  public static let allCases: [PositionFamily] = [
    PositionFamily(NoPositions.self), PositionFamily(SinusoidalPositions.self), PositionFamily(LearnedPositions.self),
    PositionFamily(RotaryPositions.self), PositionFamily(AlibiPositions.self), PositionFamily(RelativePositions.self),
    PositionFamily(UntiedPositions.self),
  ]

  /// The one that is taken where nothing is said: by benchmarks, by checks that need one, in examples.
  public static let usual = PositionFamily(RotaryPositions.self)

  init(_ scheme: any PositionScheme.Type) {
    self.scheme = scheme
  }

  /// The family of a name; `nil` if there is none.
  public init?(rawValue: String) {
    guard let family = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = family
  }

  /// The name.
  public var rawValue: String { scheme.name }

  /// The keys of an experiment's `model` that its schemes heed.
  public var keys: [PositionKey] { scheme.keys }

  /// The encoding that values of its keys describe.
  ///
  /// - Precondition: there is a value of the key's kind for every key.
  public func encoding(_ values: PositionKey.Values) -> PositionEncoding { PositionEncoding(any: scheme.init(values)) }

  /// The encoding as it is where an experiment says nothing but its name.
  ///
  /// - Parameter sequenceLength: tokens a sequence.
  /// - Returns: the encoding.
  public func standard(sequenceLength: Int) -> PositionEncoding {
    encoding(PositionKey.standards(of: keys, sequenceLength: sequenceLength))
  }

  /// Every form that has a gradient of its own, by name.
  public var checked: [(name: String, encoding: PositionEncoding)] {
    func forms<Scheme: PositionScheme>(_: Scheme.Type) -> [(name: String, encoding: PositionEncoding)] {
      Scheme.checkedForms.map { ($0.form.isEmpty ? rawValue : "\(rawValue).\($0.form)", PositionEncoding($0.scheme)) }
    }
    return forms(scheme)
  }
}
