/// y (+)= x with its axes in another order: axis k of y is axis `permutation[k]` of x.
///
/// The gradient is the same call with the inverse permutation. Where the last axis of x moves, tiles of 16 × 16 are
/// read along it and written along the last axis of y, so that each cache line is used while it is at hand.
///
/// x is row-major in `shape`; y is row-major in the permuted shape and is not x.
@specialized(where S == Float)
@specialized(where S == Double)
public func permute<S: Scalar>(
  _ x: UnsafePointer<S>, shape: [Int], permutation: [Int], into y: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  assert(permutation.sorted() == Array(shape.indices), "permute: \(permutation) of the shape \(shape)")
  let xStrides = rowMajorStrides(shape)
  let permuted = permutation.map { shape[$0] }
  let strides = permutation.map { xStrides[$0] }
  let loop = StridedLoop(shape: permuted, aStrides: strides, bStrides: strides)
  guard loop.count > 0 else { return }
  let last = loop.shape.count - 1
  guard loop.aInner != 1, let fast = loop.aStrides.firstIndex(of: 1) else {
    forEachChunk(of: loop.count) { range in
      loop.forEachRun(in: range) { position, offset, _, length in
        map(x + offset, count: length, into: y + position, accumulation)
      }
    }
    return
  }
  let yStrides = rowMajorStrides(loop.shape)
  let outer = (0..<last).filter { $0 != fast }
  let outerLoop = StridedLoop(
    shape: outer.map { loop.shape[$0] }, aStrides: outer.map { loop.aStrides[$0] },
    bStrides: outer.map { yStrides[$0] })
  let fastCount = loop.shape[fast]
  let lastCount = loop.inner
  let yStep = yStrides[fast]
  let xStep = loop.aInner
  let bands = (fastCount + tile - 1) / tile
  // One band is `tile` indices of x's last axis and all of y's last axis.
  forEachChunk(ofRows: outerLoop.count * bands, columns: tile * lastCount) { tasks in
    for task in tasks {
      let band = task % bands
      let columns = band * tile..<min(fastCount, (band + 1) * tile)
      outerLoop.forEachRun(in: task / bands..<task / bands + 1) { _, xOffset, yOffset, _ in
        var first = 0
        while first < lastCount {
          let end = min(lastCount, first + tile)
          for column in columns {
            let from = x + xOffset + column
            let to = y + yOffset + column * yStep
            switch accumulation {
            case .overwrite: for row in first..<end { to[row] = from[row * xStep] }
            case .add: for row in first..<end { to[row] += from[row * xStep] }
            }
          }
          first = end
        }
      }
    }
  }
}

private let tile = 16
