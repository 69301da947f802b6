import Curves
import Kernels
import Models

/// The share of its attention that a mask gives to the two words before it and the two after it, in the head that gives
/// most.
///
/// The largest over heads of the mean over i in M of Σ Aᵢⱼ over 1 ≤ |i − j| ≤ 2: M are the places shown as `[MASK]`, each
/// of which counts the same, j places of the text. A is what softmax returns: what special tokens get is part of the whole.
/// Chance is what uniform attention gives, about 4/n in sequences of n tokens, less for masks at the edge. By layer; no
/// row if nothing is shown as `[MASK]`.
///
/// Source: probe 4 of the study's protocol.
public struct NeighbourMass: EncoderProbe {
  /// The name.
  public static let name = "neighbour-mass"

  /// The largest distance of a neighbour, in tokens.
  static let reach = 2

  /// The probe.
  public init() {}

  /// The mass of the layer.
  public func rows<S: Scalar>(of view: AttentionView<S>, on batch: ProbedBatch) -> [ProbeValue] {
    let (heads, time) = (view.weights.shape[1], view.weights.shape[3])
    let weights = view.weights.values
    var masses = [Double](repeating: 0, count: heads)
    var count = 0
    for (sequence, places) in batch.maskPlaces.enumerated() {
      for i in places.lazy.map({ $0 % time }) {
        count += 1
        let neighbours = max(0, i - Self.reach)...min(time - 1, i + Self.reach)
        for j in neighbours where j != i && batch.isText[sequence * time + j] {
          for head in masses.indices {
            masses[head] += Double(weights[((sequence * heads + head) * time + i) * time + j])
          }
        }
      }
    }
    guard count > 0, let largest = masses.max() else { return [] }
    return [row(largest / Double(count), layer: view.layer)]
  }
}
