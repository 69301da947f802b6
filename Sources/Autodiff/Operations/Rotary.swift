import Kernels

extension Tensor {
  /// The pairs of each head's dimensions rotated by angles that grow with the position.
  ///
  /// Source: Su et al. 2021, eq. 34.
  ///
  /// Backward: dL/dx is dL/dy rotated by the opposite angles, the inverse and transpose of a rotation.
  ///
  /// - Parameter rotation: the angles by position, and which dimensions form a pair.
  /// - Returns: the shape of this `[batch, time, heads, headDim]` tensor.
  public func rotated(by rotation: Rotation<S>) -> Tensor {
    precondition(rank == 4, "rotated: shape \(shape) is not [batch, time, heads, headDim]")
    let (batch, time, heads, headDim) = (shape[0], shape[1], shape[2], shape[3])
    precondition(
      rotation.covers(positions: time, headDim: headDim),
      "rotated: \(rotation.positionCount) positions of \(rotation.rotatedDimensions) dimensions for shape \(shape)")
    let y = Storage<S>(uninitialized: count)
    rotate(
      values, batch: batch, time: time, heads: heads, headDim: headDim, by: rotation, into: y.pointer, .overwrite)
    return Tape.record("rotated", [self], y, shape: shape) { back in
      back.into(0) {
        rotate(
          back.dy, batch: batch, time: time, heads: heads, headDim: headDim, by: rotation.inverse, into: $0, $1)
      }
    }
  }
}
