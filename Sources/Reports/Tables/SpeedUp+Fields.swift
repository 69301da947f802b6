import Platform

/// The speed-up as fields of a CSV file.
extension SpeedUp {
  /// The names of the columns.
  static let columns = ["speedup", "speedup_low", "speedup_high", "estimator", "confidence"]

  /// The fields in the order of the columns; those that have no value are empty.
  var fields: [String] {
    [value, low, high].map { $0?.shortText ?? "" } + [estimator, confidence?.shortText ?? ""]
  }

  /// The ratio, where it is known.
  var value: Double? { ratio?.value }
  /// Its lower limit.
  var low: Double? { ratio?.low }
  /// Its upper limit.
  var high: Double? { ratio?.high }
  /// The confidence of the limits.
  var confidence: Double? { ratio?.confidence }
  /// The name of what value and limits are; empty where there are none.
  var estimator: String { ratio?.estimator.rawValue ?? "" }

  /// What is known of the ratio; `nil` if nothing is.
  var ratio: Ratio? { if case .ratio(let ratio) = self { ratio } else { nil } }
}
