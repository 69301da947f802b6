// The memory that one head of attention works in, by name. Rows of a head lie the tiling's `rowStride` apart,
// rows of scores its `scoreStride`.

/// What the forward pass of one head works in.
struct ForwardScratch<S: Scalar> {
  /// Rotated keys of one block.
  let keys: UnsafeMutablePointer<S>
  /// All keys, as packed B.
  let packedKeys: UnsafeMutablePointer<S>
  /// All values.
  let values: UnsafeMutablePointer<S>
  /// Rotated and scaled queries of a strip.
  let queries: UnsafeMutablePointer<S>
  /// Scores of a strip with a block, then their exponentials.
  let scores: UnsafeMutablePointer<S>
  /// `[strip, dimWidth]`: exponentials times values, of the blocks so far.
  let sums: UnsafeMutablePointer<S>
  /// `[strip]`: the largest score so far.
  let largest: UnsafeMutablePointer<S>
  /// `[strip]`: the sum of the exponentials so far.
  let totals: UnsafeMutablePointer<S>

  @inline(__always)
  init(_ tiling: AttentionTiling, _ memory: inout ScratchBuffers<S>) {
    let (rowStride, stripRows) = (tiling.rowStride, tiling.stripRows)
    keys = memory.buffer(tiling.blockKeys * rowStride)
    packedKeys = memory.buffer(tiling.paddedKeyLength * tiling.headDim)
    values = memory.buffer(tiling.paddedKeyLength * rowStride)
    queries = memory.buffer(stripRows * rowStride)
    scores = memory.buffer(stripRows * tiling.scoreStride)
    sums = memory.buffer(stripRows * tiling.dimWidth)
    largest = memory.buffer(stripRows)
    totals = memory.buffer(stripRows)
  }
}

/// What the backward pass of one head works in.
struct BackwardScratch<S: Scalar> {
  /// Rotated keys of a block.
  let keys: UnsafeMutablePointer<S>
  /// The same, as packed B.
  let packedKeys: UnsafeMutablePointer<S>
  /// Values of a block, as packed B.
  let packedValues: UnsafeMutablePointer<S>
  /// Rotated and scaled queries of a strip.
  let queries: UnsafeMutablePointer<S>
  /// Cotangents of a strip.
  let cotangents: UnsafeMutablePointer<S>
  /// Scores of a strip with a block, then attention weights.
  let weights: UnsafeMutablePointer<S>
  /// The cotangents of the weights, then of the scores.
  let dScores: UnsafeMutablePointer<S>
  /// `[T]`: rowsum(dO ∘ O).
  let correction: UnsafeMutablePointer<S>

  @inline(__always)
  init(_ tiling: AttentionTiling, _ memory: inout ScratchBuffers<S>) {
    let (rowStride, scoreStride, stripRows) = (
      tiling.rowStride, tiling.scoreStride, tiling.stripRows
    )
    keys = memory.buffer(tiling.blockKeys * rowStride)
    packedKeys = memory.buffer(tiling.paddedBlockKeys * tiling.headDim)
    packedValues = memory.buffer(tiling.paddedBlockKeys * tiling.headDim)
    queries = memory.buffer(stripRows * rowStride)
    cotangents = memory.buffer(stripRows * rowStride)
    weights = memory.buffer(stripRows * scoreStride)
    dScores = memory.buffer(stripRows * scoreStride)
    correction = memory.buffer(tiling.queryLength)
  }
}

/// The gradients of one head of keys and values, and of a head of queries that shares it.
struct HeadGradients<S: Scalar> {
  /// `[T, dimWidth]`: of the rotated, unscaled queries.
  let queries: UnsafeMutablePointer<S>
  /// `[U, dimWidth]`: of the rotated keys.
  let keys: UnsafeMutablePointer<S>
  /// `[U, dimWidth]`.
  let values: UnsafeMutablePointer<S>

  @inline(__always)
  init(_ tiling: AttentionTiling, _ memory: inout ScratchBuffers<S>) {
    queries = memory.buffer(tiling.paddedQueryLength * tiling.dimWidth)
    keys = memory.buffer(tiling.paddedKeyLength * tiling.dimWidth)
    values = memory.buffer(tiling.paddedKeyLength * tiling.dimWidth)
  }
}
