import Platform

/// The gradients of `attention` with respect to queries, keys and values.
///
/// With P the attention weights, recomputed from the scores and `logSumExp`, and ∘ element by element:
/// dV = Pᵀ·dO, dP = dO·Vᵀ, dS = P ∘ (dP − rowsum(dO ∘ O)), dQ = R⁻¹(scale · dS·R(K)), dK = R⁻¹(scale · dSᵀ·R(Q)).
/// The sums over queries and keys run in tiles whose sizes depend on the shape alone.
///
/// - Parameters:
///   - cotangent: dO, `[B, T, H, D]`, dense.
///   - query: Q, `[B, T, H, D]`.
///   - key: K, `[B, T, G, D]`.
///   - value: V, `[B, T, G, D]`.
///   - output: O as `attention` gave it.
///   - logSumExp: as `attention` gave it.
///   - shape: the sizes, and how Q, K, V and their gradients lie.
///   - options: as `attention` had them.
///   - dQuery: destination and accumulation; `nil` where no gradient is wanted.
///   - dKey: likewise.
///   - dValue: likewise.
@specialized(where S == Float)
@specialized(where S == Double)
public func attentionBackward<S: Scalar>(
  cotangent: UnsafePointer<S>, query: UnsafePointer<S>, key: UnsafePointer<S>, value: UnsafePointer<S>,
  output: UnsafePointer<S>, logSumExp: UnsafePointer<S>, shape: AttentionShape, options: AttentionOptions<S>,
  dQuery: (UnsafeMutablePointer<S>, Accumulation)?, dKey: (UnsafeMutablePointer<S>, Accumulation)?,
  dValue: (UnsafeMutablePointer<S>, Accumulation)?
) {
  let tiling = AttentionTiling(shape, S.self)
  let angles = options.rotation?.angles
  let (time, width) = (shape.time, tiling.dimWidth)
  withExtendedLifetime(options.rotation) {
    // A head of keys and values with all heads of queries that share it is one chunk: their sums meet in it.
    ThreadPool.shared.runUnchecked(shape.batch * shape.keyValueHeads) { chunk in
      let (batch, group) = (chunk / shape.keyValueHeads, chunk % shape.keyValueHeads)
      withScratch(
        S.self, tiling.paddedTime * width, tiling.paddedTime * width, tiling.paddedTime * width
      ) { dQueries, dKeys, dValues, _, _, _, _ in
        let shared = AttentionHead(shape: shape, batch: batch, head: group * shape.groupSize)
        for member in 0..<shape.groupSize {
          let head = AttentionHead(shape: shape, batch: batch, head: group * shape.groupSize + member)
          let row = (batch * shape.heads + head.head) * time
          let operands = BackwardOperands(
            cotangent: cotangent + head.outputOffset, query: query + head.queryOffset, key: key + head.keyOffset,
            value: value + head.keyOffset, output: output + head.outputOffset, logSumExp: logSumExp + row,
            dQueries: dQueries, dKeys: dKeys, dValues: dValues, addsToKeys: member > 0, rowIndex: row)
          let visibility = RowVisibility(options, head, time: time)
          let next = AttentionHead(shape: shape, following: batch * shape.heads + head.head)
          @inline(__always)
          func fetched(_ start: UnsafePointer<S>?, _ stride: Int) -> Fetched<S> {
            tiling.fetched(start, stride: stride, duringProducts: 4)
          }
          @inline(__always)
          func fetched(_ target: (UnsafeMutablePointer<S>, Accumulation)?, at offset: Int, _ stride: Int) -> Fetched<S>
          {
            fetched(target.map { UnsafePointer($0.0 + offset) }, stride)
          }
          var upcoming = Upcoming(
            fetched(query + next.queryOffset, shape.queryStride),
            fetched(key + next.keyOffset, shape.keyValueStride),
            fetched(value + next.keyOffset, shape.keyValueStride),
            fetched(cotangent + next.outputOffset, shape.outputStride),
            fetched(output + next.outputOffset, shape.outputStride),
            fetched(dQuery, at: head.queryOffset, shape.queryStride),
            fetched(dKey, at: head.keyOffset, shape.keyValueStride),
            fetched(dValue, at: head.keyOffset, shape.keyValueStride))
          differentiateHead(operands, shape, tiling, visibility, options, angles, upcoming: &upcoming)
          if let (target, accumulation) = dQuery {
            addHead(
              dQueries, width: width, factor: options.scale, angles, to: target + head.queryOffset,
              stride: shape.queryStride, time: time, dims: shape.headDim, accumulation)
          }
        }
        if let (target, accumulation) = dKey {
          addHead(
            dKeys, width: width, factor: 1, angles, to: target + shared.keyOffset, stride: shape.keyValueStride,
            time: time, dims: shape.headDim, accumulation)
        }
        if let (target, accumulation) = dValue {
          addHead(
            dValues, width: width, factor: 1, nil, to: target + shared.keyOffset, stride: shape.keyValueStride,
            time: time, dims: shape.headDim, accumulation)
        }
      }
    }
  }
}

/// What the backward pass of one head works with, each where the head begins.
private struct BackwardOperands<S: Scalar> {
  let cotangent: UnsafePointer<S>
  let query: UnsafePointer<S>
  let key: UnsafePointer<S>
  let value: UnsafePointer<S>
  let output: UnsafePointer<S>
  let logSumExp: UnsafePointer<S>
  /// `[T, dimWidth]` each: of the rotated, unscaled queries and keys, and of the values.
  let dQueries: UnsafeMutablePointer<S>
  let dKeys: UnsafeMutablePointer<S>
  let dValues: UnsafeMutablePointer<S>
  /// Whether another head has put its share into `dKeys` and `dValues` already.
  let addsToKeys: Bool
  /// The head's first row in `[B, H, T]`.
  let rowIndex: Int
}

@inline(__always)
private func differentiateHead<S: Scalar>(
  _ operands: BackwardOperands<S>, _ shape: AttentionShape, _ tiling: AttentionTiling,
  _ visibility: RowVisibility, _ options: AttentionOptions<S>, _ angles: RotaryAngles<S>?, upcoming: inout Upcoming<S>
) {
  let (time, dims, width) = (shape.time, shape.headDim, tiling.dimWidth)
  let (layout, scoreLayout) = (tiling.rowLayout, tiling.scoreLayout)
  let lanes = S.Vector.scalarCount
  withScratch(
    S.self, tiling.keys * layout.rowStride, 2 * tiling.paddedKeys * dims, 2 * tiling.strip * layout.rowStride,
    2 * tiling.strip * scoreLayout.rowStride, time
  ) { keys, keyAndValuePanels, strips, tiles, correction, _, _ in
    let (keyPanels, valuePanels) = (keyAndValuePanels, keyAndValuePanels + tiling.paddedKeys * dims)
    let (queries, cotangents) = (strips, strips + tiling.strip * layout.rowStride)
    let (weights, dScores) = (tiles, tiles + tiling.strip * scoreLayout.rowStride)
    for i in 0..<time {
      let row = i * shape.outputStride
      correction[i] = dotProduct(operands.cotangent + row, operands.output + row, count: dims)
    }
    operands.dQueries.update(repeating: 0, count: time * width)
    for block in tiling.keyBlocks {
      let (dKeys, dValues) = (operands.dKeys + block.lowerBound * width, operands.dValues + block.lowerBound * width)
      if !operands.addsToKeys {
        dKeys.update(repeating: 0, count: block.count * width)
        dValues.update(repeating: 0, count: block.count * width)
      }
      let rows = HeadRows(start: operands.key, stride: shape.keyValueStride, range: block, dims: dims)
      copyHead(rows, angles, factor: 1, layout, into: keys, rowCount: block.count)
      let keyRows = Matrix(UnsafePointer(keys), rows: block.count, columns: dims, rowStride: layout.rowStride)
      packAllColumns(keyRows.transposed, into: keyPanels)
      packAllColumns(
        Matrix(
          operands.value + block.lowerBound * shape.keyValueStride, rows: block.count, columns: dims,
          rowStride: shape.keyValueStride
        ).transposed, into: valuePanels)
      for start in stride(from: 0, to: time, by: tiling.strip) {
        let strip = start..<min(start + tiling.strip, time)
        guard visibility.mayBeSeen(block, from: strip) else { continue }
        let (tileRows, tileKeys) = (
          roundUp(strip.count, to: Tile.rows), roundUp(block.count, to: Tile.narrowColumns(S.self))
        )
        let queryRows = HeadRows(start: operands.query, stride: shape.queryStride, range: strip, dims: dims)
        copyHead(queryRows, angles, factor: options.scale, layout, into: queries, rowCount: tileRows)
        let cotangentRows = HeadRows(start: operands.cotangent, stride: shape.outputStride, range: strip, dims: dims)
        copyHead(cotangentRows, nil, factor: 1, layout, into: cotangents, rowCount: tileRows)
        multiplyNear(
          queries, layout, rows: tileRows, PanelSequence(packed: keyPanels, depth: dims), depth: dims,
          columns: tileKeys,
          StripEpilogue(c: weights, rowStride: scoreLayout.rowStride, adds: false), upcoming: &upcoming)
        multiplyNear(
          cotangents, layout, rows: tileRows, PanelSequence(packed: valuePanels, depth: dims), depth: dims,
          columns: tileKeys,
          StripEpilogue(c: dScores, rowStride: scoreLayout.rowStride, adds: false), upcoming: &upcoming)
        for i in 0..<strip.count {
          let (weightRow, scoreRow) = (weights + i * scoreLayout.rowStride, dScores + i * scoreLayout.rowStride)
          let padded = roundUp(block.count, to: lanes)
          visibility.hide(weightRow, query: start + i, block)
          let shift = operands.logSumExp[start + i]
          if shift == -.infinity {
            weightRow.update(repeating: 0, count: padded)
          } else {
            exponentials(weightRow, count: padded, minus: shift)
          }
          if let dropout = options.dropout {
            drop(scoreRow, dropout, rowIndex: operands.rowIndex + start + i, keys: block, time: time)
          }
          scoreCotangents(scoreRow, weights: weightRow, count: padded, minus: correction[start + i])
          if let dropout = options.dropout {
            drop(weightRow, dropout, rowIndex: operands.rowIndex + start + i, keys: block, time: time)
          }
        }
        // The sums over queries: dV from the cotangents, dK from the scaled, rotated queries.
        multiplyNear(
          weights, SideBySide(stepStride: scoreLayout.rowStride), rows: block.count,
          PanelSequence(cotangents, rowStride: layout.rowStride), depth: strip.count, columns: width,
          StripEpilogue(c: dValues, rowStride: width, adds: true), upcoming: &upcoming)
        multiplyNear(
          dScores, SideBySide(stepStride: scoreLayout.rowStride), rows: block.count,
          PanelSequence(queries, rowStride: layout.rowStride), depth: strip.count,
          columns: width,
          StripEpilogue(c: dKeys, rowStride: width, adds: true), upcoming: &upcoming)
        // The sum over keys.
        multiplyNear(
          dScores, scoreLayout, rows: strip.count, PanelSequence(keys, rowStride: layout.rowStride), depth: block.count,
          columns: width,
          StripEpilogue(c: operands.dQueries + start * width, rowStride: width, adds: true), upcoming: &upcoming)
      }
    }
  }
}
