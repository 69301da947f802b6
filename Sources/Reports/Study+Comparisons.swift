/// Which arms a study compares with which.
extension Study {
  /// An arm and what it is compared with.
  struct ComparedArm {
    /// The arm.
    let arm: Arm
    /// The arm that its speed-up is relative to; the arm itself, if it is compared with no other.
    let baseline: String

    /// Whether the arm stands for itself, as a main baseline does.
    var isBaseline: Bool { arm.name == baseline }
  }

  /// The name of the main baseline.
  public var baseline: String { baselines[0] }

  /// The arms that an arm is compared with, by name: its baselines; of one that is a baseline itself, those before it.
  ///
  /// So each pair is compared once, and the main baseline stands for itself.
  ///
  /// - Returns: at least one name; the arm's own alone, if it is compared with no other.
  public func baselines(of arm: Arm) -> [String] {
    let others = Array((arm.baselines ?? baselines).prefix { $0 != arm.name })
    return others.isEmpty ? [arm.name] : others
  }

  /// Every arm with each of its baselines, in the order of the arms.
  var comparisons: [ComparedArm] {
    arms.flatMap { arm in baselines(of: arm).map { ComparedArm(arm: arm, baseline: $0) } }
  }

  /// What speed-ups are relative to, in a phrase: the name of the one baseline, or that there are several.
  var baselinePhrase: String { hasSeveralBaselines ? "the baseline" : baseline }

  /// Whether arms are compared with different ones, so that a row must say with which.
  var hasSeveralBaselines: Bool { Set(comparisons.filter { !$0.isBaseline }.map(\.baseline) + [baseline]).count > 1 }

  /// The arm of a name.
  func arm(named name: String) -> Arm? { arms.first { $0.name == name } }
}
