import Foundation

extension PositionEncoding.Rotary {
  /// How far rotation lets a query and a key agree at a distance: the mean of |S_j| over the pairs of a head, where
  /// S_j is the sum of exp(i · distance · θ_k) over the first j pairs.
  ///
  /// It bounds the change of a score relative to its vectors, and falls as the distance grows; at distance 0, where all
  /// pairs agree, it is (n + 1) / 2 for n pairs.
  ///
  /// Source: Su et al. 2021, section 3.4.3, eq. 35 to 37, drawn in figure 2.
  ///
  /// - Parameters:
  ///   - distance: between the two positions, in tokens.
  ///   - headDim: the size of a head.
  /// - Returns: the bound, from 0 to (n + 1) / 2.
  public func decay(atDistance distance: Double, headDim: Int) -> Double {
    let size = rotatedDimensions(headDim: headDim)
    var (real, imaginary, total) = (0.0, 0.0, 0.0)
    for pair in 0..<size / 2 {
      let angle = distance * pow(theta, -2 * Double(pair) / Double(size))
      real += cos(angle)
      imaginary += sin(angle)
      total += (real * real + imaginary * imaginary).squareRoot()
    }
    return total / Double(size / 2)
  }
}
