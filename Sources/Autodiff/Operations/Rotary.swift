import Kernels

extension Tensor {
  /// The pairs of each head's dimensions rotated by angles that grow with the position.
  ///
  /// Source: Su et al. 2021, eq. 34.
  ///
  /// Backward: dL/dx is dL/dy rotated by the opposite angles, the inverse and transpose of a rotation.
  ///
  /// - Parameter rotation: the angles, and which dimensions form a pair.
  /// - Returns: the shape of this `[batch, time, heads, headDim]` tensor.
  public func rotated(by rotation: Rotation<S>) -> Tensor {
    precondition(rank == 4, "rotated: shape \(shape) is not [batch, time, heads, headDim]")
    precondition(
      rotation.covers(attentionShape), "rotated: \(rotation.table.positionCount) positions for shape \(shape)")
    let y = Storage<S>(uninitialized: count)
    rotate(values, shape: attentionShape, rotation, inverse: false, into: y.pointer, .overwrite)
    return Tape.record("rotated", [self], y, shape: shape) { [attentionShape] back in
      back.into(0) { rotate(back.dy, shape: attentionShape, rotation, inverse: true, into: $0, $1) }
    }
  }

  /// The axes `[batch, time, heads, headDim]` by name.
  var attentionShape: AttentionShape {
    AttentionShape(batch: shape[0], time: shape[1], heads: shape[2], headDim: shape[3])
  }
}
