import Platform

/// softmax(scale · R(Q)·R(K)ᵀ) · V for every head, R being the rotation of the options or nothing.
///
/// Source: Vaswani et al. 2017, section 3.2.1, eq. 1; Su et al. 2021, eq. 14–16. The scores exist for a strip of queries
/// and a block of keys at a time; sums that more blocks belong to are brought to the largest score so far (Dao et al.
/// 2022, algorithm 1). Memory grows with T, not with T².
///
/// A query whose keys are all hidden gets zeros.
///
/// - Parameters:
///   - query: Q, `[B, T, H, D]`.
///   - key: K, `[B, T, G, D]`.
///   - value: V, `[B, T, G, D]`.
///   - shape: the sizes, and how Q, K and V lie.
///   - options: scale, masks, rotation and dropout.
///   - output: `[B, T, H, D]`, dense.
///   - logSumExp: `[B, H, T]`, for the backward pass: the logarithm of each row's sum of exponentials.
@specialized(where S == Float)
@specialized(where S == Double)
public func attention<S: Scalar>(
  query: UnsafePointer<S>, key: UnsafePointer<S>, value: UnsafePointer<S>, shape: AttentionShape,
  options: AttentionOptions<S>, into output: UnsafeMutablePointer<S>, logSumExp: UnsafeMutablePointer<S>
) {
  let tiling = AttentionTiling(shape, S.self)
  let angles = options.rotation?.angles
  withExtendedLifetime(options.rotation) {
    ThreadPool.shared.runUnchecked(shape.batch * shape.heads) { chunk in
      let head = AttentionHead(shape: shape, batch: chunk / shape.heads, head: chunk % shape.heads)
      let rows = RowVisibility(options, head, time: shape.time)
      let logSumExp = logSumExp + chunk * shape.time
      let next = AttentionHead(shape: shape, following: chunk)
      var upcoming = Upcoming(
        tiling.fetched(query + next.queryOffset, stride: shape.queryStride, duringProducts: 2),
        tiling.fetched(key + next.keyOffset, stride: shape.keyValueStride, duringProducts: 2),
        tiling.fetched(value + next.keyOffset, stride: shape.keyValueStride, duringProducts: 2),
        tiling.fetched(UnsafePointer(output + head.outputOffset), stride: shape.outputStride, duringProducts: 2))
      attendHead(
        query + head.queryOffset, key + head.keyOffset, value + head.keyOffset, shape, tiling, rows, options, angles,
        chunk, into: output + head.outputOffset, logSumExp: logSumExp, upcoming: &upcoming)
    }
  }
}

/// One head of one sequence, its operands where they begin.
@inline(__always)
private func attendHead<S: Scalar>(
  _ query: UnsafePointer<S>, _ key: UnsafePointer<S>, _ value: UnsafePointer<S>, _ shape: AttentionShape,
  _ tiling: AttentionTiling, _ visibility: RowVisibility, _ options: AttentionOptions<S>, _ angles: RotaryAngles<S>?,
  _ chunk: Int, into output: UnsafeMutablePointer<S>, logSumExp: UnsafeMutablePointer<S>, upcoming: inout Upcoming<S>
) {
  let (time, dims, width) = (shape.time, shape.headDim, tiling.dimWidth)
  let (layout, scoreLayout) = (tiling.rowLayout, tiling.scoreLayout)
  let lanes = S.Vector.scalarCount
  withScratch(
    S.self, tiling.keys * layout.rowStride, tiling.paddedTime * dims, tiling.paddedTime * layout.rowStride,
    tiling.strip * layout.rowStride, tiling.strip * scoreLayout.rowStride, tiling.strip * width, 2 * tiling.strip
  ) { copied, keyPanels, values, queries, scores, sums, statistics in
    let (largest, totals) = (statistics, statistics + tiling.strip)
    for block in tiling.keyBlocks {
      let rows = HeadRows(start: key, stride: shape.keyValueStride, range: block, dims: dims)
      copyHead(rows, angles, factor: 1, layout, into: copied, rowCount: block.count)
      packAllColumns(
        Matrix(copied, rows: block.count, columns: dims, rowStride: layout.rowStride).transposed,
        into: keyPanels + block.lowerBound * dims)
      copyHead(
        HeadRows(start: value, stride: shape.keyValueStride, range: block, dims: dims), nil, factor: 1, layout,
        into: values + block.lowerBound * layout.rowStride, rowCount: block.count)
    }
    for start in stride(from: 0, to: time, by: tiling.strip) {
      let strip = start..<min(start + tiling.strip, time)
      let rowCount = roundUp(strip.count, to: Tile.rows)
      let rows = HeadRows(start: query, stride: shape.queryStride, range: strip, dims: dims)
      copyHead(rows, angles, factor: options.scale, layout, into: queries, rowCount: rowCount)
      largest.update(repeating: -.infinity, count: strip.count)
      totals.update(repeating: 0, count: strip.count)
      for block in tiling.keyBlocks where visibility.mayBeSeen(block, from: strip) {
        multiplyNear(
          queries, layout, rows: rowCount,
          PanelSequence(packed: keyPanels + block.lowerBound * dims, depth: dims), depth: dims,
          columns: roundUp(block.count, to: Tile.narrowColumns(S.self)),
          StripEpilogue(c: scores, rowStride: scoreLayout.rowStride, adds: false), upcoming: &upcoming)
        let isFirst = block.lowerBound == 0
        for i in 0..<strip.count {
          let row = scores + i * scoreLayout.rowStride
          visibility.hide(row, query: start + i, block)
          let padded = roundUp(block.count, to: lanes)
          let here = largestScore(row, count: padded)
          let highest = here.isNaN ? here : max(largest[i], here)
          guard highest != -.infinity else {
            row.update(repeating: 0, count: padded)
            continue
          }
          let total = exponentials(row, count: padded, minus: highest)
          if let dropout = options.dropout {
            drop(row, dropout, rowIndex: chunk * time + start + i, keys: block, time: time)
          }
          let fading = isFirst ? 0 : S.exp(S.Vector(repeating: largest[i] - highest))[0]
          if !isFirst && fading != 1 { scaleRow(sums + i * width, count: width, by: fading) }
          totals[i] = totals[i] * fading + total
          largest[i] = highest
        }
        multiplyNear(
          scores, scoreLayout, rows: rowCount,
          PanelSequence(values + block.lowerBound * layout.rowStride, rowStride: layout.rowStride), depth: block.count,
          columns: width,
          StripEpilogue(c: sums, rowStride: width, adds: !isFirst), upcoming: &upcoming)
      }
      for i in 0..<strip.count {
        let target = output + (start + i) * shape.outputStride
        let isHidden = largest[i] == -.infinity
        logSumExp[start + i] = isHidden ? -.infinity : largest[i] + S.log(S.Vector(repeating: totals[i]))[0]
        let factor = S.Vector(repeating: isHidden ? 0 : 1 / totals[i])
        @inline(__always)
        func scaled(_ x: S.Vector) -> S.Vector { factor * x }
        map(sums + i * width, count: dims, into: target, .overwrite, scaled)
      }
    }
  }
}
