import Autodiff
import Kernels
import Models
import Platform
import Reports

extension PositionTable {
  /// The table of sines and cosines that the sinusoidal encoding adds.
  ///
  /// - Parameters:
  ///   - positionCount: how many positions.
  ///   - size: the width of the embeddings.
  public init(sinusoids positionCount: Int, size: Int) {
    let table: Tensor<Double> = sinusoids(positionCount: positionCount, size: size)
    self.init(table.elements, positionCount: positionCount, size: size)
  }

  /// A trained table.
  ///
  /// - Parameter weights: `[positions, width]`.
  public init(_ weights: Tensor<Float>) {
    self.init(weights.elements.map(Double.init), positionCount: weights.shape[0], size: weights.shape[1])
  }
}

extension PositionPictures.RotaryCurve {
  /// The decay of a rotary encoding in heads of a size.
  ///
  /// - Parameters:
  ///   - name: whose it is.
  ///   - rotary: the encoding.
  ///   - headDim: the size of the heads.
  ///   - distance: the largest distance, in tokens.
  public init(name: String, rotary: RotaryPositions, headDim: Int, distance: Int) {
    self.init(
      label: "\(name): head size \(headDim), θ \(rotary.theta.shortText)",
      values: (0...distance).map { rotary.decay(atDistance: Double($0), headDim: headDim) })
  }
}
