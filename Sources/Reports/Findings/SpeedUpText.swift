import Platform

/// The words for a speed-up in a table or a picture.
extension SpeedUp {
  /// The ratio with its interval, or its one limit with the confidence and the reason for it, or why nothing can be said.
  var text: String {
    switch self {
    case .ratio(let ratio): ratio.text
    case .unknown(.untrained): "no target"
    case .unknown(.early): "both too early to tell"
    case .unknown: "–"
    }
  }

  /// The same without interval and reasons, for a narrow column: `2.10×`, `at least 2.10× (96.9%)`.
  var shortText: String {
    guard case .ratio(let ratio) = self else { return "–" }
    if let bound = ratio.bound { return "\(bound.text) (\(ratio.shortConfidenceText))" }
    guard let value = ratio.value else { return ratio.interval?.ratioText ?? "–" }
    return value.ratioText
  }
}

extension SpeedUp.Ratio {
  fileprivate var text: String {
    switch (bound, interval) {
    case (let bound?, _):
      let median = value.map { "median \($0.ratioText), " } ?? ""
      return "\(median)\(bound.text) (\(([confidenceText] + reasons).joined(separator: ", ")))"
    case (nil, let interval?):
      guard estimator == .medianOrderStatistics else {
        let grain = isCoarse ? "; coarse validations" : ""
        return "\(interval.text(of: value ?? 1)) (\(interval.ratioText)\(grain))"
      }
      let median = value.map { "median \(interval.text(of: $0)), " } ?? ""
      return "\(median)\(interval.ratioText) (\(([confidenceText] + reasons).joined(separator: ", ")))"
    case (nil, nil):
      return "\((value ?? 1).ratioText) (one seed)"
    }
  }

  /// How sure the limits are: `95%`, `96.9% one-sided`.
  var confidenceText: String {
    guard let confidence, pairCount > 1 else { return "one seed: no confidence" }
    return confidence.percentText + (bound == nil ? "" : " one-sided")
  }

  fileprivate var shortConfidenceText: String { pairCount == 1 ? "one seed" : confidence?.percentText ?? "" }

  private var reasons: [String] {
    limitations.map(\.kind).reduce(into: []) { reasons, kind in
      let text =
        switch kind {
        case .exhausted: "budget exhausted"
        case .diverged: "a seed diverged"
        case .early: "one was there before the second validation"
        }
      if !reasons.contains(text) { reasons.append(text) }
    }
  }
}

extension SpeedUp.Bound {
  /// The limit with its side: `at least 3.17×`.
  var text: String {
    switch self {
    case .atLeast(let value): "at least \(value.ratioText)"
    case .atMost(let value): "at most \(value.ratioText)"
    }
  }
}
