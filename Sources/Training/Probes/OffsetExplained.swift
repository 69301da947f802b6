import Curves
import Kernels
import Models

/// How much of a head's scores the offset of key and query explains: Var_Δ(mean(S | j − i = Δ)) / Var(S), from 0 to 1.
///
/// S are the scores before softmax of all pairs (i, j) of places of the text, pooled over the batch, hidden pairs left out.
/// Each offset weighs as many pairs as it has, which makes the numerator a part of the variance (the correlation ratio η²):
/// 1 where the score is a function of the offset. 0 where the scores do not vary beyond rounding. By layer and head.
///
/// Source: probe 3 of the study's protocol.
public struct OffsetExplained: EncoderProbe {
  /// The name.
  public static let name = "offset-explained"

  /// The probe.
  public init() {}

  /// The share of each head.
  public func rows<S: Scalar>(of view: AttentionView<S>, on batch: ProbedBatch) -> [ProbeValue] {
    let (heads, time) = (view.scores.shape[1], view.scores.shape[3])
    return (0..<heads).map { head in
      let places = batch.textPlaces.map { $0.map { $0 % time } }
      return row(
        explainedShare(view.scores.values, heads: heads, head: head, time: time, places: places), layer: view.layer,
        head: head)
    }
  }
}

/// Between-offset variance over variance, in two passes over `[batch, heads, time, time]`.
@specialized(where S == Float)
@specialized(where S == Double)
private func explainedShare<S: Scalar>(
  _ scores: UnsafePointer<S>, heads: Int, head: Int, time: Int, places: [[Int]]
) -> Double {
  @inline(__always)
  func forEachPair(_ body: (_ offset: Int, _ score: Double) -> Void) {
    for (sequence, places) in places.enumerated() {
      for i in places {
        let row = scores + ((sequence * heads + head) * time + i) * time
        for j in places where row[j].isFinite { body(j - i + time - 1, Double(row[j])) }
      }
    }
  }
  var sums = [Double](repeating: 0, count: 2 * time - 1)
  var counts = sums
  var largest = 0.0
  forEachPair { offset, score in
    sums[offset] += score
    counts[offset] += 1
    largest = max(largest, abs(score))
  }
  let count = counts.reduce(0, +)
  guard count > 0 else { return 0 }
  let mean = sums.reduce(0, +) / count
  let means = zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }
  let between = zip(means, counts).reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) }
  var within = 0.0
  forEachPair { offset, score in within += (score - means[offset]) * (score - means[offset]) }
  // Scores that are equal but for a few units in the last place have no variance to be explained.
  let rounding = 16 * Double(S.ulpOfOne) * largest
  return between + within > count * rounding * rounding ? between / (between + within) : 0
}
