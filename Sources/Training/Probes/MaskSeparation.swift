import Curves
import Kernels
import Models

/// How far the last layer tells the masks of a sequence apart: 1 − the mean of cos(hᵢ, hⱼ) over pairs i < j of them.
///
/// Between 0 and 2, without a unit. Pairs are of masks of one sequence; every pair of the batch counts the same. 0 for an
/// encoder without positions, whose masks all get one vector. No row if no sequence shows two masks.
///
/// Source: probe 2 of the study's protocol.
public struct MaskSeparation: EncoderProbe {
  /// The name.
  public static let name = "mask-separation"

  /// The probe.
  public init() {}

  /// The separation.
  public func rows<S: Scalar>(of look: EncoderLook<S>, on batch: ProbedBatch) -> [ProbeValue] {
    let size = look.hidden.shape[2]
    var (sum, count) = (0.0, 0)
    for places in batch.maskPlaces {
      let directions = places.map { place in
        direction(UnsafeBufferPointer(start: look.hidden.values + place * size, count: size))
      }
      for (i, first) in directions.enumerated() {
        for second in directions[..<i] {
          sum += oneMinusCosine(first, second)
          count += 1
        }
      }
    }
    return count == 0 ? [] : [row(sum / Double(count))]
  }
}

/// A vector's direction: the vector over its norm, or zeros.
@specialized(where S == Float)
@specialized(where S == Double)
private func direction<S: Scalar>(_ vector: UnsafeBufferPointer<S>) -> [Double] {
  var squares = 0.0
  for element in vector { squares += Double(element) * Double(element) }
  let factor = squares > 0 ? 1 / squares.squareRoot() : 0
  var direction = [Double](repeating: 0, count: vector.count)
  for i in vector.indices { direction[i] = factor * Double(vector[i]) }
  return direction
}

/// 1 − cos of the angle between two unit vectors, as ½·|a − b|², which is 0 for equal ones and keeps small angles.
private func oneMinusCosine(_ a: [Double], _ b: [Double]) -> Double {
  var squares = 0.0
  for i in a.indices { squares += (a[i] - b[i]) * (a[i] - b[i]) }
  return squares / 2
}
