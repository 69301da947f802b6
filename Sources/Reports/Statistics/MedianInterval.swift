/// An interval for the median of a distribution, from draws each of which is known to lie in a range of its own.
///
/// The k-th smallest of n draws exceeds the median with the probability that fewer than k of them lie below it:
/// Σ_{i<k} C(n, i) / 2ⁿ. The same holds of the k-th largest. Lower ends in the place of the draws only make the lower limit
/// smaller, upper ends the upper one larger. No shape of the distribution is assumed, and the ends may be infinite.
///
/// Source: David & Nagaraja 2003, "Order Statistics", section 7.1.
struct MedianInterval: Equatable {
  /// The median of the draws; `nil` where their ranges leave it open.
  let median: Double?
  /// The k-th smallest of the lower ends; may be −∞.
  let low: Double
  /// The k-th largest of the upper ends; may be ∞.
  let high: Double
  /// k: the largest that keeps the confidence wanted, or else 1.
  let rank: Int
  /// The probability that both limits hold, at least.
  let twoSidedConfidence: Double

  /// The probability that one limit holds, at least.
  var oneSidedConfidence: Double { (1 + twoSidedConfidence) / 2 }

  /// The interval of some draws.
  ///
  /// - Parameters:
  ///   - ranges: what is known of each draw.
  ///   - confidence: what both limits together are to have, if there are enough draws.
  /// - Precondition: there is a draw.
  init(of ranges: [(low: Double, high: Double)], confidence: Double = Estimate.confidence) {
    precondition(!ranges.isEmpty, "MedianInterval: no draws")
    let (lows, highs) = (ranges.map(\.low).sorted(), ranges.map(\.high).sorted())
    let count = ranges.count
    let ranks = 1...max(1, count / 2)
    rank = ranks.last { Self.confidence(count: count, rank: $0) >= confidence } ?? 1
    twoSidedConfidence = Self.confidence(count: count, rank: rank)
    (low, high) = (lows[rank - 1], highs[count - rank])
    let (least, most) = (lows.middle, highs.middle)
    median = least == most && least.isFinite ? least : nil
  }

  /// 1 − 2·Σ_{i<k} C(n, i) / 2ⁿ.
  private static func confidence(count n: Int, rank k: Int) -> Double {
    var (term, tail) = (1.0, 0.0)
    for i in 0..<k {
      tail += term
      term *= Double(n - i) / Double(i + 1)
    }
    for _ in 0..<n { tail /= 2 }
    return max(0, 1 - 2 * tail)
  }
}

extension [Double] {
  /// The median of sorted numbers, the mean of the two in the middle where there is no single one.
  ///
  /// - Precondition: they are sorted, and there is one.
  var middle: Double {
    let (low, high) = (self[(count - 1) / 2], self[count / 2])
    return low == high ? low : (low + high) / 2
  }
}
