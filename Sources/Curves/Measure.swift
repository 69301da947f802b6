/// Something that is measured while a model is trained: a column of `curves.csv`.
///
/// Curve files, checkpoints, event files and the progress line go through `Measure.all` and ask a measure how it is
/// called; none of them names one. `Measures.swift` is the list.
public struct Measure: Sendable {
  /// The column's name, which ends in the unit where there is one, such as `train_loss_nats`.
  public let name: String
  /// Which values are the better ones; `nil` where none are, as of a learning rate.
  public let better: Direction?
  /// Whether it is taken on held-out batches, at validations alone.
  public let isHeldOut: Bool
  /// Whether the values are losses: one that is not finite says that the run has diverged.
  public let isLoss: Bool
  /// What the progress line calls it; `nil` if it is not shown there.
  public let label: String?

  /// Which values are the better ones.
  public enum Direction: Sendable, Equatable {
    /// The lower ones, as of a loss.
    case lower
    /// The higher ones, as of an accuracy.
    case higher
  }

  /// A measure of the list; there are no others.
  init(
    _ name: String, better: Direction? = nil, isHeldOut: Bool = false, isLoss: Bool = false, label: String? = nil
  ) {
    self.name = name
    self.better = better
    self.isHeldOut = isHeldOut
    self.isLoss = isLoss
    self.label = label
  }

  /// The measure of a name, if there is one.
  public init?(named name: String) {
    guard let measure = Self.all.first(where: { $0.name == name }) else { return nil }
    self = measure
  }

  // MARK: - Comparing values

  /// Whether a value is as good as a target, or better.
  ///
  /// - Precondition: the measure has a better direction.
  public func reaches(_ target: Double, _ value: Double) -> Bool { advantage(of: value, over: target) >= 0 }

  /// By how much a value is better than another; negative where it is worse.
  ///
  /// - Precondition: the measure has a better direction.
  public func advantage(of value: Double, over other: Double) -> Double {
    switch better {
    case .lower: other - value
    case .higher: value - other
    case nil: preconditionFailure("\(name): no value is better than another")
    }
  }
}

extension Measure: Hashable {
  /// Measures are equal if their names are.
  public static func == (a: Measure, b: Measure) -> Bool { a.name == b.name }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
