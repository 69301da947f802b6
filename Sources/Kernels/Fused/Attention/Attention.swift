import Platform

/// softmax(scale · R(Q)·R(K)ᵀ + bias) · V for every head, R being the rotation of the options or nothing.
///
/// Source: Vaswani et al. 2017, section 3.2.1, eq. 1; Su et al. 2021, eq. 14–16. The scores exist for a strip of queries
/// and a block of keys at a time; sums that more blocks belong to are brought to the largest score so far (Dao et al.
/// 2022, algorithm 1). Memory grows with T and U, not with T · U.
///
/// A query whose keys are all hidden gets zeros.
///
/// - Parameters:
///   - query: Q, `[B, T, H, D]`.
///   - key: K, `[B, U, G, D]`.
///   - value: V, `[B, U, G, D]`.
///   - shape: the sizes, and how Q, K and V lie.
///   - options: scale, bias, masks, rotation and dropout.
///   - output: `[B, T, H, D]`, dense.
///   - logSumExp: `[B, H, T]`, for the backward pass: the logarithm of each row's sum of exponentials.
@specialized(where S == Float)
@specialized(where S == Double)
public func attention<S: Scalar>(
  query: UnsafePointer<S>, key: UnsafePointer<S>, value: UnsafePointer<S>, shape: AttentionShape,
  options: AttentionOptions<S>, into output: UnsafeMutablePointer<S>, logSumExp: UnsafeMutablePointer<S>
) {
  let tiling = AttentionTiling(shape, S.self)
  withExtendedLifetime(options.rotation) {
    let rotation = options.rotation?.table
    ThreadPool.shared.runUnchecked(shape.batch * shape.heads) { number in
      let head = AttentionHead(shape: shape, number: number)
      let next = head.next(in: shape)
      var upcoming = Upcoming(
        tiling.fetchedQueries(query + next.queryOffset, stride: shape.queryStride, duringProducts: 2),
        tiling.fetchedKeys(key + next.keyOffset, stride: shape.keyValueStride, duringProducts: 2),
        tiling.fetchedKeys(value + next.keyOffset, stride: shape.keyValueStride, duringProducts: 2),
        tiling.fetchedQueries(
          UnsafePointer(output + head.outputOffset), stride: shape.outputStride, duringProducts: 2))
      let pass = ForwardPass(
        query: query + head.queryOffset, key: key + head.keyOffset, value: value + head.keyOffset, shape: shape,
        tiling: tiling, rule: ScoreRule(options, shape, head), scale: options.scale, rotation: rotation,
        dropout: options.dropout, firstRow: head.firstRow, output: output + head.outputOffset,
        logSumExp: logSumExp + head.firstRow)
      pass.run(upcoming: &upcoming)
    }
  }
}

/// The forward pass of one head of one sequence, its operands where they begin.
private struct ForwardPass<S: Scalar> {
  let query: UnsafePointer<S>
  let key: UnsafePointer<S>
  let value: UnsafePointer<S>
  let shape: AttentionShape
  let tiling: AttentionTiling
  let rule: ScoreRule<S>
  let scale: S
  let rotation: RotationTable<S>?
  let dropout: AttentionDropout?
  /// The head's first row in `[B, H, T]`.
  let firstRow: Int
  let output: UnsafeMutablePointer<S>
  let logSumExp: UnsafeMutablePointer<S>

  /// Packs, and for each strip of queries scores block after block of keys and normalizes the sums.
  @inline(__always)
  func run(upcoming: inout Upcoming<S>) {
    withScratch({ ForwardScratch(tiling, &$0) }) { scratch in
      packKeysAndValues(scratch)
      for strip in tiling.strips {
        packQueries(strip, scratch)
        for block in tiling.keyBlocks where rule.mayBeSeen(block, from: strip) {
          score(strip, block, scratch, upcoming: &upcoming)
          exponentiate(strip, block, scratch)
          addValues(strip, block, scratch, upcoming: &upcoming)
        }
        normalize(strip, scratch)
      }
    }
  }

  // MARK: - Packing

  /// Keys, rotated, as packed B of the scores; values as rows that are read in place.
  @inline(__always)
  private func packKeysAndValues(_ scratch: ForwardScratch<S>) {
    let (dims, rowStride) = (shape.headDim, tiling.rowStride)
    for block in tiling.keyBlocks {
      copyHead(
        HeadRows(keys: key, block, shape), rotation, factor: 1, into: scratch.keys, rowStride: rowStride,
        rowCount: block.count)
      packB(
        Matrix(scratch.keys, rows: block.count, columns: dims, rowStride: rowStride).transposed,
        into: scratch.packedKeys + block.lowerBound * dims)
      copyHead(
        HeadRows(keys: value, block, shape), nil, factor: 1, into: scratch.values + block.lowerBound * rowStride,
        rowStride: rowStride, rowCount: block.count)
    }
  }

  /// Queries of a strip, rotated and scaled; what is known of their softmax so far: nothing.
  @inline(__always)
  private func packQueries(_ strip: Range<Int>, _ scratch: ForwardScratch<S>) {
    copyHead(
      HeadRows(queries: query, stride: shape.queryStride, strip, shape), rotation, factor: scale,
      into: scratch.queries, rowStride: tiling.rowStride, rowCount: roundUp(strip.count, to: Tile.rows))
    scratch.largest.update(repeating: -.infinity, count: strip.count)
    scratch.totals.update(repeating: 0, count: strip.count)
  }

  // MARK: - Scoring

  /// scores = Q · Kᵀ.
  @inline(__always)
  private func score(
    _ strip: Range<Int>, _ block: Range<Int>, _ scratch: ForwardScratch<S>, upcoming: inout Upcoming<S>
  ) {
    multiplyCached(
      TileOfA(rowMajor: scratch.queries, rowStride: tiling.rowStride), rows: roundUp(strip.count, to: Tile.rows),
      PackedB(scratch.packedKeys + block.lowerBound * shape.headDim, depth: shape.headDim), depth: shape.headDim,
      columns: roundUp(block.count, to: Tile.narrowColumns(S.self)),
      StripEpilogue(c: scratch.scores, rowStride: tiling.scoreStride, adds: false), upcoming: &upcoming)
  }

  /// scores ← exp(scores − largest), the largest score so far; what was summed before is brought to it.
  @inline(__always)
  private func exponentiate(_ strip: Range<Int>, _ block: Range<Int>, _ scratch: ForwardScratch<S>) {
    let isFirst = block.lowerBound == 0
    let padded = roundUp(block.count, to: S.Vector.scalarCount)
    for i in 0..<strip.count {
      let row = scratch.scores + i * tiling.scoreStride
      rule.apply(row, query: strip.lowerBound + i, block)
      let here = largestScore(row, count: padded)
      let highest = here.isNaN ? here : max(scratch.largest[i], here)
      guard highest != -.infinity else {
        row.update(repeating: 0, count: padded)
        continue
      }
      let total = exponentials(row, count: padded, minus: highest)
      if let dropout {
        drop(row, dropout, rowIndex: firstRow + strip.lowerBound + i, keys: block, keyLength: shape.keyLength)
      }
      let fading = isFirst ? 0 : S.exp(S.Vector(repeating: scratch.largest[i] - highest))[0]
      if !isFirst && fading != 1 {
        scaleRow(scratch.sums + i * tiling.dimWidth, count: tiling.dimWidth, by: fading)
      }
      scratch.totals[i] = scratch.totals[i] * fading + total
      scratch.largest[i] = highest
    }
  }

  /// sums (+)= exponentials · V.
  @inline(__always)
  private func addValues(
    _ strip: Range<Int>, _ block: Range<Int>, _ scratch: ForwardScratch<S>, upcoming: inout Upcoming<S>
  ) {
    let (rowStride, width) = (tiling.rowStride, tiling.dimWidth)
    multiplyCached(
      TileOfA(rowMajor: scratch.scores, rowStride: tiling.scoreStride), rows: roundUp(strip.count, to: Tile.rows),
      PackedB(inPlace: scratch.values + block.lowerBound * rowStride, rowStride: rowStride),
      depth: block.count, columns: width,
      StripEpilogue(c: scratch.sums, rowStride: width, adds: block.lowerBound != 0), upcoming: &upcoming)
  }

  // MARK: - Normalizing

  /// output = sums / totals, and the logarithms of the totals.
  @inline(__always)
  private func normalize(_ strip: Range<Int>, _ scratch: ForwardScratch<S>) {
    for i in 0..<strip.count {
      let (largest, total) = (scratch.largest[i], scratch.totals[i])
      let isHidden = largest == -.infinity
      logSumExp[strip.lowerBound + i] = isHidden ? -.infinity : largest + S.log(S.Vector(repeating: total))[0]
      let factor = S.Vector(repeating: isHidden ? 0 : 1 / total)
      @inline(__always)
      func scaled(_ x: S.Vector) -> S.Vector { factor * x }
      map(
        scratch.sums + i * tiling.dimWidth, count: shape.headDim,
        into: output + (strip.lowerBound + i) * shape.outputStride, .overwrite, scaled)
    }
  }
}
