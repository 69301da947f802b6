import Platform

/// The gradients of `attention` with respect to queries, keys, values and the bias.
///
/// With P the attention weights, recomputed from the scores and `logSumExp`, and ∘ element by element:
/// dV = Pᵀ·dO, dP = dO·Vᵀ, dS = P ∘ (dP − rowsum(dO ∘ O)), dQ = R⁻¹(scale · dS·R(K)), dK = R⁻¹(scale · dSᵀ·R(Q)),
/// dbias = Σ over sequences of dS. The sums over queries and keys run in tiles, the one over sequences in shares
/// (`SequenceShares`), whose sizes depend on the shape alone.
///
/// - Parameters:
///   - cotangent: dO, `[B, T, H, D]`, dense.
///   - query: Q, `[B, T, H, D]`.
///   - key: K, `[B, U, G, D]`.
///   - value: V, `[B, U, G, D]`.
///   - output: O as `attention` gave it.
///   - logSumExp: as `attention` gave it.
///   - shape: the sizes, and how Q, K, V and their gradients lie.
///   - options: as `attention` had them.
///   - dQuery: destination and accumulation; `nil` where no gradient is wanted.
///   - dKey: likewise.
///   - dValue: likewise.
///   - dBias: likewise, `[H, T, U]`; `nil` where there is no bias.
@specialized(where S == Float)
@specialized(where S == Double)
public func attentionBackward<S: Scalar>(
  cotangent: UnsafePointer<S>, query: UnsafePointer<S>, key: UnsafePointer<S>, value: UnsafePointer<S>,
  output: UnsafePointer<S>, logSumExp: UnsafePointer<S>, shape: AttentionShape, options: AttentionOptions<S>,
  dQuery: (UnsafeMutablePointer<S>, Accumulation)?, dKey: (UnsafeMutablePointer<S>, Accumulation)?,
  dValue: (UnsafeMutablePointer<S>, Accumulation)?, dBias: (UnsafeMutablePointer<S>, Accumulation)? = nil
) {
  assert(dBias == nil || options.bias != nil, "attentionBackward: the gradient of a bias that is not there")
  let tiling = AttentionTiling(shape, S.self)
  let width = tiling.dimWidth
  let shares = dBias == nil ? SequenceShares(each: shape) : SequenceShares(shape)
  let biasCount = dBias == nil ? 0 : shape.queryLength * shape.keyLength
  withExtendedLifetime(options.rotation) {
    let (rotation, inverse) = (options.rotation?.table, options.rotation?.inverse.table)
    Arena.shared.withScratch(S.self, count: shares.count * shape.heads * biasCount) { biasShares in
      // A head of keys and values with all heads of queries that share it is in one chunk: their sums meet in it.
      ThreadPool.shared.runUnchecked(shares.count * shape.keyValueHeads) { chunk in
        let (share, group) = (chunk / shape.keyValueHeads, chunk % shape.keyValueHeads)
        let dBiases = biasShares + (share * shape.heads + group * shape.groupSize) * biasCount
        dBiases.update(repeating: 0, count: shape.groupSize * biasCount)
        withScratch({ HeadGradients(tiling, &$0) }) { gradients in
          for batch in shares.sequences(of: share) {
            let shared = AttentionHead(shape: shape, batch: batch, head: group * shape.groupSize)
            for member in 0..<shape.groupSize {
              let head = AttentionHead(shape: shape, batch: batch, head: group * shape.groupSize + member)
              let next = head.next(in: shape)
              @inline(__always)
              func queries(_ start: UnsafePointer<S>?, _ stride: Int) -> Fetched<S> {
                tiling.fetchedQueries(start, stride: stride, duringProducts: 4)
              }
              @inline(__always)
              func keys(_ start: UnsafePointer<S>?) -> Fetched<S> {
                tiling.fetchedKeys(start, stride: shape.keyValueStride, duringProducts: 4)
              }
              @inline(__always)
              func address(_ target: (UnsafeMutablePointer<S>, Accumulation)?, _ offset: Int) -> UnsafePointer<S>? {
                target.map { UnsafePointer($0.0 + offset) }
              }
              var upcoming = Upcoming(
                queries(query + next.queryOffset, shape.queryStride), keys(key + next.keyOffset),
                keys(value + next.keyOffset), queries(cotangent + next.outputOffset, shape.outputStride),
                queries(output + next.outputOffset, shape.outputStride),
                queries(address(dQuery, head.queryOffset), shape.queryStride), keys(address(dKey, head.keyOffset)),
                keys(address(dValue, head.keyOffset)))
              let pass = BackwardPass(
                cotangent: cotangent + head.outputOffset, query: query + head.queryOffset, key: key + head.keyOffset,
                value: value + head.keyOffset, output: output + head.outputOffset, logSumExp: logSumExp + head.firstRow,
                shape: shape, tiling: tiling, rule: ScoreRule(options, shape, head), scale: options.scale,
                rotation: rotation, dropout: options.dropout, firstRow: head.firstRow, gradients: gradients,
                addsToKeys: member > 0, dBias: dBias.map { _ in dBiases + member * biasCount })
              pass.run(upcoming: &upcoming)
              if let dQuery {
                let rows = GradientRows(
                  destination: dQuery, offset: head.queryOffset, stride: shape.queryStride, count: shape.queryLength,
                  firstPosition: shape.queryOffset, dims: shape.headDim)
                rows.take(gradients.queries, width: width, factor: options.scale, inverse)
              }
            }
            @inline(__always)
            func rows(_ destination: Destination<S>) -> GradientRows<S> {
              GradientRows(
                destination: destination, offset: shared.keyOffset, stride: shape.keyValueStride,
                count: shape.keyLength, firstPosition: 0, dims: shape.headDim)
            }
            if let dKey { rows(dKey).take(gradients.keys, width: width, factor: 1, inverse) }
            if let dValue { rows(dValue).take(gradients.values, width: width, factor: 1, nil) }
          }
        }
      }
      if let dBias {
        sumRows(biasShares, rows: shares.count, columns: shape.heads * biasCount, into: dBias.0, dBias.1)
      }
    }
  }
}

/// How the sequences of a batch are shared out where something is summed over them, by the shape alone.
private struct SequenceShares {
  /// How many shares there are.
  let count: Int
  private let batch: Int

  /// Shares that are many enough to keep threads busy: each is a sum of its own, as large as the bias, in memory.
  init(_ shape: AttentionShape) {
    batch = shape.batch
    count = max(1, min(batch, 32 / shape.keyValueHeads))
  }

  /// A share for each sequence.
  init(each shape: AttentionShape) { (count, batch) = (shape.batch, shape.batch) }

  /// The sequences of a share.
  func sequences(of share: Int) -> Range<Int> { share * batch / count..<(share + 1) * batch / count }
}

/// The backward pass of one head, its operands where the head begins.
private struct BackwardPass<S: Scalar> {
  let cotangent: UnsafePointer<S>
  let query: UnsafePointer<S>
  let key: UnsafePointer<S>
  let value: UnsafePointer<S>
  let output: UnsafePointer<S>
  let logSumExp: UnsafePointer<S>
  let shape: AttentionShape
  let tiling: AttentionTiling
  let rule: ScoreRule<S>
  let scale: S
  let rotation: RotationTable<S>?
  let dropout: AttentionDropout?
  /// The head's first row in `[B, H, T]`.
  let firstRow: Int
  let gradients: HeadGradients<S>
  /// Whether another head has put its share into the gradients of keys and values already.
  let addsToKeys: Bool
  /// `[T, U]`: where this sequence's share of the bias' gradient is added, if that is wanted.
  let dBias: UnsafeMutablePointer<S>?

  @inline(__always)
  func run(upcoming: inout Upcoming<S>) {
    withScratch({ BackwardScratch(tiling, &$0) }) { scratch in
      for i in 0..<shape.queryLength {
        let row = i * shape.outputStride
        scratch.correction[i] = dotProduct(cotangent + row, output + row, count: shape.headDim)
      }
      gradients.queries.update(repeating: 0, count: shape.queryLength * tiling.dimWidth)
      for block in tiling.keyBlocks {
        packKeysAndValues(block, scratch)
        for strip in tiling.strips where rule.mayBeSeen(block, from: strip) {
          packQueriesAndCotangents(strip, scratch)
          score(strip, block, scratch, upcoming: &upcoming)
          differentiateScores(strip, block, scratch)
          addGradients(strip, block, scratch, upcoming: &upcoming)
        }
      }
    }
  }

  // MARK: - Packing

  /// Keys, rotated, as rows and as packed B; values as packed B; their gradients begun.
  @inline(__always)
  private func packKeysAndValues(_ block: Range<Int>, _ scratch: BackwardScratch<S>) {
    let (dims, width, rowStride) = (shape.headDim, tiling.dimWidth, tiling.rowStride)
    if !addsToKeys {
      (gradients.keys + block.lowerBound * width).update(repeating: 0, count: block.count * width)
      (gradients.values + block.lowerBound * width).update(repeating: 0, count: block.count * width)
    }
    copyHead(
      HeadRows(keys: key, block, shape), rotation, factor: 1, into: scratch.keys, rowStride: rowStride,
      rowCount: block.count)
    packB(
      Matrix(scratch.keys, rows: block.count, columns: dims, rowStride: rowStride).transposed,
      into: scratch.packedKeys)
    packB(
      Matrix(
        value + block.lowerBound * shape.keyValueStride, rows: block.count, columns: dims,
        rowStride: shape.keyValueStride
      ).transposed, into: scratch.packedValues)
  }

  /// Queries of a strip, rotated and scaled, and the cotangents of their outputs.
  @inline(__always)
  private func packQueriesAndCotangents(_ strip: Range<Int>, _ scratch: BackwardScratch<S>) {
    let rowCount = roundUp(strip.count, to: Tile.rows)
    copyHead(
      HeadRows(queries: query, stride: shape.queryStride, strip, shape), rotation, factor: scale,
      into: scratch.queries, rowStride: tiling.rowStride, rowCount: rowCount)
    copyHead(
      HeadRows(queries: cotangent, stride: shape.outputStride, strip, shape), nil, factor: 1,
      into: scratch.cotangents, rowStride: tiling.rowStride, rowCount: rowCount)
  }

  // MARK: - Scoring

  /// S = Q · Kᵀ into the weights, dP = dO · Vᵀ into the scores' gradient.
  @inline(__always)
  private func score(
    _ strip: Range<Int>, _ block: Range<Int>, _ scratch: BackwardScratch<S>, upcoming: inout Upcoming<S>
  ) {
    let (dims, rowStride, scoreStride) = (shape.headDim, tiling.rowStride, tiling.scoreStride)
    let (rows, columns) = (
      roundUp(strip.count, to: Tile.rows), roundUp(block.count, to: Tile.narrowColumns(S.self))
    )
    multiplyCached(
      TileOfA(rowMajor: scratch.queries, rowStride: rowStride), rows: rows, PackedB(scratch.packedKeys, depth: dims),
      depth: dims, columns: columns,
      StripEpilogue(c: scratch.weights, rowStride: scoreStride, adds: false), upcoming: &upcoming)
    multiplyCached(
      TileOfA(rowMajor: scratch.cotangents, rowStride: rowStride), rows: rows,
      PackedB(scratch.packedValues, depth: dims), depth: dims, columns: columns,
      StripEpilogue(c: scratch.dScores, rowStride: scoreStride, adds: false), upcoming: &upcoming)
  }

  /// weights ← P, dropped as in the forward pass; dScores ← P ∘ (dP − correction).
  @inline(__always)
  private func differentiateScores(_ strip: Range<Int>, _ block: Range<Int>, _ scratch: BackwardScratch<S>) {
    let padded = roundUp(block.count, to: S.Vector.scalarCount)
    let scoreStride = tiling.scoreStride
    for i in 0..<strip.count {
      let row = strip.lowerBound + i
      let (weights, dScores) = (scratch.weights + i * scoreStride, scratch.dScores + i * scoreStride)
      rule.apply(weights, query: row, block)
      let shift = logSumExp[row]
      if shift == -.infinity {
        weights.update(repeating: 0, count: padded)
      } else {
        exponentials(weights, count: padded, minus: shift)
      }
      if let dropout {
        drop(dScores, dropout, rowIndex: firstRow + row, keys: block, keyLength: shape.keyLength)
      }
      scoreCotangents(dScores, weights: weights, count: padded, minus: scratch.correction[row])
      if let dBias { map(dScores, count: block.count, into: dBias + (row * shape.keyLength + block.lowerBound), .add) }
      if let dropout {
        drop(weights, dropout, rowIndex: firstRow + row, keys: block, keyLength: shape.keyLength)
      }
    }
  }

  // MARK: - Summing up

  /// dV += Pᵀ · dO and dK += dSᵀ · Q, sums over queries, the queries being scaled; dQ += dS · K, a sum over keys.
  @inline(__always)
  private func addGradients(
    _ strip: Range<Int>, _ block: Range<Int>, _ scratch: BackwardScratch<S>, upcoming: inout Upcoming<S>
  ) {
    let (width, rowStride, scoreStride) = (tiling.dimWidth, tiling.rowStride, tiling.scoreStride)
    multiplyCached(
      TileOfA(columnMajor: scratch.weights, stepStride: scoreStride), rows: block.count,
      PackedB(inPlace: scratch.cotangents, rowStride: rowStride), depth: strip.count, columns: width,
      StripEpilogue(c: gradients.values + block.lowerBound * width, rowStride: width, adds: true),
      upcoming: &upcoming)
    multiplyCached(
      TileOfA(columnMajor: scratch.dScores, stepStride: scoreStride), rows: block.count,
      PackedB(inPlace: scratch.queries, rowStride: rowStride), depth: strip.count, columns: width,
      StripEpilogue(c: gradients.keys + block.lowerBound * width, rowStride: width, adds: true),
      upcoming: &upcoming)
    multiplyCached(
      TileOfA(rowMajor: scratch.dScores, rowStride: scoreStride), rows: strip.count,
      PackedB(inPlace: scratch.keys, rowStride: rowStride), depth: block.count, columns: width,
      StripEpilogue(c: gradients.queries + strip.lowerBound * width, rowStride: width, adds: true),
      upcoming: &upcoming)
  }
}
