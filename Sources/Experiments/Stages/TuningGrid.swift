import Foundation

extension RateSelection {
  /// The grid with one more rate at an end, in the ratio of the two rates there; `nil` beyond what a rate may be.
  ///
  /// - Parameters:
  ///   - rates: the grid, ascending, at least two rates.
  ///   - isHigh: at which end.
  /// - Returns: the grid, ascending.
  static func extended(_ rates: [Double], isHigh: Bool) -> [Double]? {
    let (edge, next) = isHigh ? (rates[rates.count - 1], rates[rates.count - 2]) : (rates[0], rates[1])
    // Six digits: what rounding adds behind them is no other rate.
    let rate = Double(String(format: "%.6g", edge * (edge / next))) ?? 0
    guard rate > 0, rate <= 10, !rates.contains(rate) else { return nil }
    return isHigh ? rates + [rate] : [rate] + rates
  }

  /// The grid as far as it may be extended at both ends.
  var widestGrid: [Double] {
    var rates = learningRates.sorted()
    for isHigh in [false, true] {
      for _ in 0..<extensions { rates = Self.extended(rates, isHigh: isHigh) ?? rates }
    }
    return rates
  }
}
