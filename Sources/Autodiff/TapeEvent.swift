/// What a tape has just seen done: the values of one operation computed, or its share of the gradients.
///
/// An observer of a tape is called with it at once, so the time since the call before is what that took.
public struct TapeEvent: Sendable, Hashable {
  /// Which of the two was done.
  public enum Pass: Sendable, Hashable {
    /// The values of the result.
    case forward
    /// The gradients of the inputs.
    case backward
  }

  /// The operation's name.
  public let operation: String
  /// The group of the variables among its inputs, as they were named to the tape; the last one's if they differ.
  public let group: String?
  /// What was done.
  public let pass: Pass

  /// An event.
  public init(operation: String, group: String?, pass: Pass) {
    self.operation = operation
    self.group = group
    self.pass = pass
  }
}
