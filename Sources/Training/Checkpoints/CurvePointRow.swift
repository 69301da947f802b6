import Curves

/// A point as a row of a checkpoint's tensor `curve`: step, tokens, seconds, the measures, and which of these there are.
extension CurvePoint {
  /// The measures of checkpoints that do not name theirs, in the order of their columns.
  static let firstMeasures = [
    "learning_rate", "gradient_norm", "train_loss_nats", "validation_loss_nats", "validation_accuracy",
  ]

  /// Numbers in a row.
  static func columnCount(_ measures: [Measure]) -> Int { 3 + measures.count + 1 }

  /// The row; what was not measured is 0, and its bit in the last number too.
  func row(_ measures: [Measure]) -> [Double] {
    let presence = measures.enumerated().reduce(0) { $0 | (self[$1.element] == nil ? 0 : 1 << $1.offset) }
    return [Double(step), Double(tokens), elapsedSeconds] + measures.map { self[$0] ?? 0 } + [Double(presence)]
  }

  /// The point of a row; `nil` if it is none.
  init?(row: ArraySlice<Double>, _ measures: [Measure]) {
    let row = Array(row)
    guard let step = Int(exactly: row[0]), let tokens = Int(exactly: row[1]), step >= 0, tokens >= 0,
      row[2].isFinite, let presence = Int(exactly: row[3 + measures.count]), 0..<1 << measures.count ~= presence
    else { return nil }
    self.init(step: step, tokens: tokens, elapsedSeconds: row[2])
    for (i, measure) in measures.enumerated() where presence >> i & 1 == 1 { self[measure] = row[3 + i] }
  }
}
