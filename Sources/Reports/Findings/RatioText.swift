import Platform

/// The words for ratios, their intervals and their confidence.
extension ClosedRange<Double> {
  /// An interval of ratios: `2.72× to 4.94×`, with as many digits as tell its ends apart.
  var ratioText: String { "\(text(of: lowerBound)) to \(text(of: upperBound))" }

  /// A ratio with as many digits as the interval around it has.
  func text(of ratio: Double) -> String {
    let ends = [lowerBound, upperBound].map(\.ratioText)
    guard ends[0] == ends[1], lowerBound < upperBound else { return ratio.ratioText }
    let decimals = (1...6).first { digits in
      lowerBound.formatted(decimals: digits) != upperBound.formatted(decimals: digits)
    }
    return ratio.formatted(decimals: decimals ?? 6) + "×"
  }
}

extension Double {
  /// A ratio: `3.21×`, `12.3×`, `140×`.
  var ratioText: String {
    formatted(decimals: abs(self) >= 99.95 ? 0 : abs(self) >= 9.995 ? 1 : 2) + "×"
  }
}

extension Double {
  /// A confidence: `95%`, `96.9%`.
  var percentText: String { ((1000 * self).rounded() / 10).shortText + "%" }
}
