/// One head of one sequence: where it begins in its operands.
struct AttentionHead {
  let batch: Int
  let head: Int
  let queryOffset: Int
  let keyOffset: Int
  let outputOffset: Int

  init(shape: AttentionShape, batch: Int, head: Int) {
    self.batch = batch
    self.head = head
    queryOffset = batch * shape.time * shape.queryStride + head * shape.headDim
    keyOffset = batch * shape.time * shape.keyValueStride + head / shape.groupSize * shape.headDim
    outputOffset = batch * shape.time * shape.outputStride + head * shape.headDim
  }

  /// The head after the one of a number; after the last comes the first.
  init(shape: AttentionShape, following number: Int) {
    let next = (number + 1) % (shape.batch * shape.heads)
    self.init(shape: shape, batch: next / shape.heads, head: next % shape.heads)
  }
}

/// Rows of a head where they lie in memory.
struct HeadRows<S: Scalar> {
  let start: UnsafePointer<S>
  let stride: Int
  let range: Range<Int>
  let dims: Int
}
