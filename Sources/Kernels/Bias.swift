import Platform

/// y[c] (+)= Σ over r of x[r][c], the gradient of a bias.
///
/// Order: each block of `SummedRows` is summed row by row; the blocks' sums are added in order; the result is stored or
/// added to y.
@specialized(where S == Float)
@specialized(where S == Double)
public func sumRows<S: Scalar>(
  _ x: UnsafePointer<S>, rows: Int, columns: Int, into y: UnsafeMutablePointer<S>, _ accumulation: Accumulation
) {
  guard columns > 0 else { return }
  let bandSize = rows * columns <= chunkSize ? columns : 512
  let bands = (columns + bandSize - 1) / bandSize
  let summed = SummedRows(rows, columns: columns, bands: bands)
  Arena.shared.withScratch(S.self, count: summed.blockCount * columns) { sums in
    ThreadPool.shared.runUnchecked(summed.blockCount * bands) { task in
      let (block, first) = (task / bands, task % bands * bandSize)
      let count = min(bandSize, columns - first)
      let sums = sums + block * columns + first
      sums.update(repeating: 0, count: count)
      for row in summed.rows(of: block) { map(x + row * columns + first, count: count, into: sums, .add) }
    }
    summed.addBlocks(sums, columns: columns, into: y, accumulation)
  }
}
