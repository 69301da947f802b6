import Models
import Kernels

extension PositionEncoding {
  /// Every position encoding in every form that has a gradient of its own, by name.
  ///
  /// - Note: θ is small in some, so that a few positions turn by visible angles.
  static let checked: [(name: String, encoding: PositionEncoding)] =
    [("none", .none), ("learned", .learned(positionCount: 9))]
    + SinusoidScale.allCases.map { ("sinusoidal.\($0.rawValue)", .sinusoidal($0)) }
    + RotaryPairing.allCases.map { ("rotary.\($0.rawValue)", .rotary(.init(pairing: $0, theta: 100))) }
    + [
      ("rotary.published", .rotary(.init())), ("rotary.partial", .rotary(.init(theta: 10, fraction: 0.5))),
      ("rotary.values", .rotary(.init(theta: 100, rotatesValues: true))),
    ]

  /// Whether it is applied to queries and keys.
  var isRotation: Bool {
    switch self {
    case .rotary: true
    case .none, .sinusoidal, .learned: false
    }
  }

  /// Whether it is added to the embeddings.
  var isAdded: Bool { !isRotation && self != .none }
}
