/// One head of one sequence: where it begins in its operands.
struct AttentionHead {
  let batch: Int
  let head: Int
  let queryOffset: Int
  let keyOffset: Int
  let outputOffset: Int
  /// Its first row in `[B, H, T]`.
  let firstRow: Int

  init(shape: AttentionShape, batch: Int, head: Int) {
    self.batch = batch
    self.head = head
    queryOffset = batch * shape.queryLength * shape.queryStride + head * shape.headDim
    keyOffset = batch * shape.keyLength * shape.keyValueStride + head / shape.groupSize * shape.headDim
    outputOffset = batch * shape.queryLength * shape.outputStride + head * shape.headDim
    firstRow = (batch * shape.heads + head) * shape.queryLength
  }

  /// The head of a number, all heads of a sequence after those of the one before.
  init(shape: AttentionShape, number: Int) {
    self.init(shape: shape, batch: number / shape.heads, head: number % shape.heads)
  }

  /// The head after this one; after the last comes the first.
  func next(in shape: AttentionShape) -> AttentionHead {
    AttentionHead(shape: shape, number: (batch * shape.heads + head + 1) % (shape.batch * shape.heads))
  }
}

/// Rows of a head where they lie in memory.
struct HeadRows<S: Scalar> {
  let start: UnsafePointer<S>
  /// Elements from one row to the next.
  let stride: Int
  /// Which rows.
  let range: Range<Int>
  /// The position of row 0, that a rotation goes by.
  let firstPosition: Int
  let dims: Int

  /// Some rows of queries, or of what lies like them.
  @inline(__always)
  init(queries start: UnsafePointer<S>, stride: Int, _ range: Range<Int>, _ shape: AttentionShape) {
    (self.start, self.stride, self.range) = (start, stride, range)
    (firstPosition, dims) = (shape.queryOffset, shape.headDim)
  }

  /// Some rows of keys or values.
  @inline(__always)
  init(keys start: UnsafePointer<S>, _ range: Range<Int>, _ shape: AttentionShape) {
    (self.start, stride, self.range) = (start, shape.keyValueStride, range)
    (firstPosition, dims) = (0, shape.headDim)
  }
}
