import Foundation
import Kernels

extension Naive {
  /// One head's row, each pair turned by position · theta^(−2i / rotated), as a complex product.
  public static func rotateRow(
    _ x: [Double], position: Int, rotated: Int, theta: Double, pairing: RotaryPairing, inverse: Bool
  ) -> [Double] {
    var y = x
    for pair in 0..<rotated / 2 {
      let angle = (inverse ? -1 : 1) * Double(position) * pow(theta, -2 * Double(pair) / Double(rotated))
      let (i, j) = pairing == .interleaved ? (2 * pair, 2 * pair + 1) : (pair, pair + rotated / 2)
      y[i] = x[i] * cos(angle) - x[j] * sin(angle)
      y[j] = x[i] * sin(angle) + x[j] * cos(angle)
    }
    return y
  }
}
