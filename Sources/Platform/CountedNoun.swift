extension Int {
  /// The number with what it counts, in the singular for 1: `1 seed`, `3 seeds`.
  ///
  /// - Parameter noun: the singular; its plural ends in s.
  /// - Returns: the text.
  public func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
