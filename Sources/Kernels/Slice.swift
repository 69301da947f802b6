/// y = the block of x that begins at `starts` and has `sizes`.
///
/// x is row-major in `shape`, y in `sizes`.
@specialized(where S == Float)
@specialized(where S == Double)
public func copyBlock<S: Scalar>(
  _ x: UnsafePointer<S>, shape: [Int], starts: [Int], sizes: [Int], into y: UnsafeMutablePointer<S>
) {
  let (loop, origin) = block(of: shape, starts: starts, sizes: sizes)
  forEachChunk(of: loop.count) { range in
    loop.forEachRun(in: range) { position, offset, _, length in
      if loop.aInner == 1 {
        (y + position).update(from: x + origin + offset, count: length)
      } else {
        for i in 0..<length { y[position + i] = x[origin + offset + i * loop.aInner] }
      }
    }
  }
}

/// The gradient of `copyBlock`: adds dy to the block of dx, after setting all of dx to 0 if it is to be overwritten.
///
/// dy is row-major in `sizes`, dx in `shape`.
@specialized(where S == Float)
@specialized(where S == Double)
public func addBlock<S: Scalar>(
  _ dy: UnsafePointer<S>, shape: [Int], starts: [Int], sizes: [Int], into dx: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  let (loop, origin) = block(of: shape, starts: starts, sizes: sizes)
  if accumulation == .overwrite { fill(dx, with: 0, count: shape.reduce(1, *)) }
  forEachChunk(of: loop.count) { range in
    loop.forEachRun(in: range) { position, offset, _, length in
      if loop.aInner == 1 {
        map(dy + position, count: length, into: dx + origin + offset, .add)
      } else {
        for i in 0..<length { dx[origin + offset + i * loop.aInner] += dy[position + i] }
      }
    }
  }
}

/// The loop over a block, and where in the whole it begins.
private func block(of shape: [Int], starts: [Int], sizes: [Int]) -> (StridedLoop, origin: Int) {
  assert(
    shape.indices.allSatisfy { starts[$0] >= 0 && sizes[$0] >= 0 && starts[$0] + sizes[$0] <= shape[$0] },
    "block: \(sizes) at \(starts) of the shape \(shape)")
  let strides = rowMajorStrides(shape)
  let origin = zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 }
  return (StridedLoop(shape: sizes, aStrides: strides, bStrides: strides), origin)
}
