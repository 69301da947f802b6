extension Tensor {
  /// The same elements in another shape.
  ///
  /// Backward: dL/dx = dL/dy in the shape of x.
  ///
  /// - Precondition: `shape` has as many elements.
  public func reshaped(to shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "reshaped: \(self.shape) to \(shape)")
    return Tape.record("reshaped", [self], storage, shape: shape) { back in
      back.pass(to: 0)
    }
  }
}
