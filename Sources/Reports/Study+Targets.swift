/// Which losses the arms of a study are to reach.
extension Study {
  /// The targets of an arm.
  public func targetLosses(of arm: Arm) -> [Double] { arm.targetLosses ?? targetLosses }

  /// The target that decides on an arm's learning rate; `nil` if the arm has no target.
  public func decidingTarget(of arm: Arm) -> Double? { arm.decidingTarget ?? Self.middle(of: targetLosses(of: arm)) }

  /// The middle one of some targets, of an even number the easier of the two; `nil` of none.
  static func middle(of targets: [Double]) -> Double? {
    targets.isEmpty ? nil : targets.sorted()[targets.count / 2]
  }
}
