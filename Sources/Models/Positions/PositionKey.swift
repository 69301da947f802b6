import Formats

/// A key of an experiment's `model` that a position scheme heeds.
public struct PositionKey: Sendable {
  /// Values of keys, by name.
  public typealias Values = [String: JSONValue]

  /// What a key may hold.
  public enum Kind: Sendable, Equatable {
    /// One of some words.
    case choice([String])
    /// A number above 0, at most this one.
    case positive(upTo: Double)
    /// `true` or `false`.
    case flag
    /// How many positions there are, which decides the shape of weights.
    case positionCount
    /// `all`, or a list of layers, counted from 0.
    case layers
  }

  /// What it is called.
  public let name: String
  /// What it may hold.
  public let kind: Kind
  /// What it holds where a file says nothing; `nil` stands for the length of the sequences.
  public let standard: JSONValue?
  /// What it means, for the help.
  public let summary: String

  init(_ name: String, _ kind: Kind, _ standard: JSONValue?, _ summary: String) {
    self.name = name
    self.kind = kind
    self.standard = standard
    self.summary = summary
  }

  /// What keys hold where a file says nothing.
  static func standards(of keys: [PositionKey], sequenceLength: Int) -> Values {
    Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0.standard ?? JSONValue(sequenceLength)) })
  }
}

/// Values that were checked against the kinds of their keys.
extension [String: JSONValue] {
  func text(_ key: String) -> String { required(key, self[key]?.text) }
  func number(_ key: String) -> Double { required(key, self[key]?.number) }
  func integer(_ key: String) -> Int { required(key, self[key]?.integer) }
  func flag(_ key: String) -> Bool { required(key, self[key]?.flag) }

  private func required<Given>(_ key: String, _ value: Given?) -> Given {
    guard let value else { preconditionFailure("PositionScheme: no value for \(key)") }
    return value
  }
}
