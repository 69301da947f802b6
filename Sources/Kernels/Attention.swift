import Platform

// Scaled dot-product attention, forward and backward, in tiles that stay in the cache.
//
// Legend: B batch, T time, H heads, D dimensions of a head. Queries, keys, values and the output are `[B, T, H, D]`.
// Every head of every sequence is one chunk of work; the scores of a few queries at a time exist, never all T × T.

/// What attention does besides its products.
public struct AttentionOptions<S: Scalar> {
  /// The factor of the scores, usually D^−½.
  public var scale: S
  /// `[B, T]`, in which `true` hides that key; `nil` hides none.
  public var keyPadding: UnsafePointer<Bool>?
  /// Rotates queries and keys while they are packed, if given.
  public var rotation: Rotation<S>?
  /// Drops attention weights, if given.
  public var dropout: AttentionDropout?

  /// Options; without arguments beyond the scale, plain attention.
  public init(
    scale: S, keyPadding: UnsafePointer<Bool>? = nil, rotation: Rotation<S>? = nil,
    dropout: AttentionDropout? = nil
  ) {
    self.scale = scale
    self.keyPadding = keyPadding
    self.rotation = rotation
    self.dropout = dropout
  }
}

/// Dropout of attention weights: weight (b, h, i, j) is kept by a draw keyed by its place.
public struct AttentionDropout: Sendable {
  /// The share of weights set to zero; the others are scaled by 1/(1 − rate).
  public var rate: Double
  /// Where the draws come from.
  public var source: RandomSource

  /// Dropout at a rate in [0, 1).
  public init(rate: Double, source: RandomSource) {
    self.rate = rate
    self.source = source
  }
}

/// The sizes of an attention: B, T, H and D of the file's legend.
public struct AttentionShape: Sendable, Equatable {
  /// Sequences.
  public var batch: Int
  /// Positions of a sequence.
  public var time: Int
  /// Heads.
  public var heads: Int
  /// Dimensions of a head.
  public var headDim: Int

  /// A shape of the given sizes.
  public init(batch: Int, time: Int, heads: Int, headDim: Int) {
    self.batch = batch
    self.time = time
    self.heads = heads
    self.headDim = headDim
  }

  /// Elements from a position to the next.
  var rowStride: Int { heads * headDim }
}

/// softmax(scale · R(Q)·R(K)ᵀ) · V for every head, R being the rotation of the options or nothing.
///
/// Source: Vaswani et al. 2017, section 3.2.1, eq. 1; Su et al. 2021, eq. 14–16.
///
/// A query whose keys are all hidden gets zeros.
///
/// - Parameters:
///   - query: Q, `[B, T, H, D]`.
///   - key: K, of the same shape.
///   - value: V, of the same shape.
///   - shape: B, T, H and D.
///   - options: scale, padding, rotation and dropout.
///   - output: of the same shape.
///   - logSumExp: `[B, H, T]`, for the backward pass: the logarithm of each row's sum of exponentials.
@specialized(where S == Float)
@specialized(where S == Double)
public func attention<S: Scalar>(
  query: UnsafePointer<S>, key: UnsafePointer<S>, value: UnsafePointer<S>, shape: AttentionShape,
  options: AttentionOptions<S>, into output: UnsafeMutablePointer<S>, logSumExp: UnsafeMutablePointer<S>
) {
  let (time, dims, rowStride) = (shape.time, shape.headDim, shape.rowStride)
  let keyWidth = roundUp(time, to: Tile.columns(S.self))
  let dimWidth = roundUp(dims, to: Tile.columns(S.self))
  let strip = stripRows(time: time, elements: 32_768)
  ThreadPool.shared.run(shape.batch * shape.heads) { chunk in
    let head = Head(shape: shape, chunk: chunk)
    withScratch(
      S.self, time * dims, keyWidth * dims, time * dimWidth, strip * dims, strip * keyWidth
    ) { rotatedKeys, keyPanels, valuePanels, queries, scores in
      copyRows(key + head.offset, rowStride, 0..<time, dims, options.rotation, factor: 1, into: rotatedKeys)
      packAllColumns(Matrix(rotatedKeys, rows: time, columns: dims).transposed, into: keyPanels)
      packAllColumns(Matrix(value + head.offset, rows: time, columns: dims, rowStride: rowStride), into: valuePanels)
      for start in stride(from: 0, to: time, by: strip) {
        let rows = min(strip, time - start)
        copyRows(
          query + head.offset, rowStride, start..<start + rows, dims, options.rotation, factor: options.scale,
          into: queries)
        multiplyPacked(
          queries, rowStride: dims, stepStride: 1, rows: rows, keyPanels, depth: dims, columns: time,
          StripEpilogue(c: scores, rowStride: keyWidth, adds: false))
        for i in 0..<rows {
          let row = scores + i * keyWidth
          hide(row, options.keyPadding.map { $0 + head.batch * time }, 0..<time)
          logSumExp[chunk * time + start + i] = normalizeExponentials(row, count: time)
          if let dropout = options.dropout {
            drop(row, dropout, rowIndex: chunk * time + start + i, keys: 0..<time, time: time)
          }
        }
        multiplyPacked(
          scores, rowStride: keyWidth, stepStride: 1, rows: rows, valuePanels, depth: time, columns: dims,
          StripEpilogue(c: output + head.offset + start * rowStride, rowStride: rowStride, adds: false))
      }
    }
  }
}

/// The gradients of `attention` with respect to queries, keys and values.
///
/// With P the attention weights, recomputed from the scores and `logSumExp`, and ∘ element by element:
/// dV = Pᵀ·dO, dP = dO·Vᵀ, dS = P ∘ (dP − rowsum(dO ∘ O)), dQ = R⁻¹(scale · dS·R(K)), dK = R⁻¹(scale · dSᵀ·R(Q)).
/// The sums over queries and keys run in tiles whose sizes depend on the shape alone.
///
/// - Parameters:
///   - cotangent: dO, `[B, T, H, D]`.
///   - query: Q, of the same shape.
///   - key: K, of the same shape.
///   - value: V, of the same shape.
///   - output: O as `attention` gave it.
///   - logSumExp: as `attention` gave it.
///   - shape: B, T, H and D.
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
  let (time, dims, rowStride) = (shape.time, shape.headDim, shape.rowStride)
  let keyBlock = min(roundUp(time, to: Tile.columns(S.self)), 256)
  let strip = stripRows(time: keyBlock, elements: 32_768)
  let dimWidth = roundUp(dims, to: Tile.columns(S.self))
  ThreadPool.shared.run(shape.batch * shape.heads) { chunk in
    let head = Head(shape: shape, chunk: chunk)
    withScratch(
      S.self, time * dims, keyBlock * dims, 2 * keyBlock * dims, keyBlock * dimWidth, time * dims
    ) { dQueries, keys, keyAndValuePanels, keyRowPanels, rotatedQueries in
      withScratch(
        S.self, 2 * strip * dims, 2 * strip * dimWidth, 2 * strip * keyBlock, 2 * keyBlock * dims, time
      ) { strips, stripPanels, tiles, dKeysAndValues, correction in
        let (keyPanels, valuePanels) = (keyAndValuePanels, keyAndValuePanels + keyBlock * dims)
        let (queries, cotangents) = (strips, strips + strip * dims)
        let (queryPanels, cotangentPanels) = (stripPanels, stripPanels + strip * dimWidth)
        let (weights, dScores) = (tiles, tiles + strip * keyBlock)
        let (dKeys, dValues) = (dKeysAndValues, dKeysAndValues + keyBlock * dims)
        for i in 0..<time {
          let row = head.offset + i * rowStride
          correction[i] = dotProduct(cotangent + row, output + row, count: dims)
        }
        copyRows(
          query + head.offset, rowStride, 0..<time, dims, options.rotation, factor: options.scale,
          into: rotatedQueries)
        for firstKey in stride(from: 0, to: time, by: keyBlock) {
          let keyRange = firstKey..<min(firstKey + keyBlock, time)
          let count = keyRange.count
          let values = Matrix(
            value + head.offset + firstKey * rowStride, rows: count, columns: dims, rowStride: rowStride)
          copyRows(key + head.offset, rowStride, keyRange, dims, options.rotation, factor: 1, into: keys)
          packAllColumns(Matrix(keys, rows: count, columns: dims).transposed, into: keyPanels)
          packAllColumns(Matrix(keys, rows: count, columns: dims), into: keyRowPanels)
          packAllColumns(values.transposed, into: valuePanels)
          for start in stride(from: 0, to: time, by: strip) {
            let rows = min(strip, time - start)
            queries.update(from: rotatedQueries + start * dims, count: rows * dims)
            copyRows(
              cotangent + head.offset, rowStride, start..<start + rows, dims, nil, factor: 1, into: cotangents)
            multiplyPacked(
              queries, rowStride: dims, stepStride: 1, rows: rows, keyPanels, depth: dims, columns: count,
              StripEpilogue(c: weights, rowStride: keyBlock, adds: false))
            multiplyPacked(
              cotangents, rowStride: dims, stepStride: 1, rows: rows, valuePanels, depth: dims, columns: count,
              StripEpilogue(c: dScores, rowStride: keyBlock, adds: false))
            for i in 0..<rows {
              let rowIndex = chunk * time + start + i
              let (weightRow, scoreRow) = (weights + i * keyBlock, dScores + i * keyBlock)
              hide(weightRow, options.keyPadding.map { $0 + head.batch * time }, keyRange)
              exponentials(weightRow, count: count, minus: logSumExp[rowIndex])
              if let dropout = options.dropout {
                drop(scoreRow, dropout, rowIndex: rowIndex, keys: keyRange, time: time)
              }
              scoreCotangents(scoreRow, weights: weightRow, count: count, minus: correction[start + i])
              if let dropout = options.dropout {
                drop(weightRow, dropout, rowIndex: rowIndex, keys: keyRange, time: time)
              }
            }
            // The sums over queries: dV from the cotangents, dK from the scaled, rotated queries.
            packAllColumns(Matrix(cotangents, rows: rows, columns: dims), into: cotangentPanels)
            packAllColumns(Matrix(queries, rows: rows, columns: dims), into: queryPanels)
            multiplyPacked(
              weights, rowStride: 1, stepStride: keyBlock, rows: count, cotangentPanels, depth: rows, columns: dims,
              StripEpilogue(c: dValues, rowStride: dims, adds: start > 0))
            multiplyPacked(
              dScores, rowStride: 1, stepStride: keyBlock, rows: count, queryPanels, depth: rows, columns: dims,
              StripEpilogue(c: dKeys, rowStride: dims, adds: start > 0))
            // The sum over keys.
            multiplyPacked(
              dScores, rowStride: keyBlock, stepStride: 1, rows: rows, keyRowPanels, depth: count, columns: dims,
              StripEpilogue(c: dQueries + start * dims, rowStride: dims, adds: firstKey > 0))
          }
          if let (target, accumulation) = dKey {
            addRows(
              dKeys, factor: 1, to: target + head.offset, rowStride, keyRange, dims, options.rotation, accumulation)
          }
          if let (target, accumulation) = dValue {
            addRows(dValues, factor: 1, to: target + head.offset, rowStride, keyRange, dims, nil, accumulation)
          }
        }
        if let (target, accumulation) = dQuery {
          addRows(
            dQueries, factor: options.scale, to: target + head.offset, rowStride, 0..<time, dims, options.rotation,
            accumulation)
        }
      }
    }
  }
}

/// One head of one sequence: which part of the memory is its own.
private struct Head {
  let batch: Int
  let offset: Int

  init(shape: AttentionShape, chunk: Int) {
    batch = chunk / shape.heads
    offset = batch * shape.time * shape.rowStride + chunk % shape.heads * shape.headDim
  }
}

/// Queries in a strip: whole tiles, as many as keep the strip's scores within `elements`.
private func stripRows(time: Int, elements: Int) -> Int {
  let most = max(1, min(11, elements / (max(time, 1) * 12))) * 12
  return min(most, roundUp(time, to: Tile.rows))
}

private func roundUp(_ count: Int, to multiple: Int) -> Int {
  (count + multiple - 1) / multiple * multiple
}

/// Five buffers, undefined at first, that last as long as the body.
@inline(__always)
private func withScratch<S: Scalar>(
  _: S.Type, _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ e: Int,
  _ body: (
    UnsafeMutablePointer<S>, UnsafeMutablePointer<S>, UnsafeMutablePointer<S>, UnsafeMutablePointer<S>,
    UnsafeMutablePointer<S>
  ) -> Void
) {
  let sizes = [a, b, c, d, e].map { roundUp($0, to: 16) }
  // A transposed tile that overhangs reads up to its rows beyond the last element; those products are thrown away.
  let total = sizes.reduce(0, +) + 16
  Arena.shared.withScratch(S.self, count: total) { start in
    let (b, c) = (start + sizes[0], start + sizes[0] + sizes[1])
    body(start, b, c, c + sizes[2], c + sizes[2] + sizes[3])
  }
}

/// Copies rows of a head, rotated at their positions and scaled.
@inline(__always)
private func copyRows<S: Scalar>(
  _ source: UnsafePointer<S>, _ rowStride: Int, _ rows: Range<Int>, _ dims: Int, _ rotation: Rotation<S>?,
  factor: S, into target: UnsafeMutablePointer<S>
) {
  for i in rows {
    let (from, to) = (source + i * rowStride, target + (i - rows.lowerBound) * dims)
    if let rotation {
      rotateRow(
        from, position: i, headDim: dims, table: rotation.table, pairing: rotation.pairing, inverse: false, into: to)
    } else {
      to.update(from: from, count: dims)
    }
    if factor != 1 { scaleRow(to, count: dims, by: factor) }
  }
}

/// Adds rows to a head's gradient, or overwrites it, rotated back and scaled.
@inline(__always)
private func addRows<S: Scalar>(
  _ source: UnsafeMutablePointer<S>, factor: S, to target: UnsafeMutablePointer<S>, _ rowStride: Int,
  _ rows: Range<Int>, _ dims: Int, _ rotation: Rotation<S>?, _ accumulation: Accumulation
) {
  for i in rows {
    let (from, to) = (source + (i - rows.lowerBound) * dims, target + i * rowStride)
    if let rotation {
      rotateRow(
        from, position: i, headDim: dims, table: rotation.table, pairing: rotation.pairing, inverse: true, into: from)
    }
    for d in 0..<dims {
      to[d] = (accumulation == .add ? to[d] : 0) + factor * from[d]
    }
  }
}

@inline(__always)
private func scaleRow<S: Scalar>(_ row: UnsafeMutablePointer<S>, count: Int, by factor: S) {
  for d in 0..<count { row[d] *= factor }
}

/// Σ aᵢ·bᵢ in one vector accumulator, then its lanes in order, then the tail.
@inline(__always)
private func dotProduct<S: Scalar>(_ a: UnsafePointer<S>, _ b: UnsafePointer<S>, count: Int) -> S {
  let lanes = S.Vector.scalarCount
  var sum = S.Vector()
  var i = 0
  while i + lanes <= count {
    sum = sum.addingProduct(load(a + i), load(b + i))
    i += lanes
  }
  var total = S.zero
  for lane in 0..<lanes { total += sum[lane] }
  while i < count {
    total += a[i] * b[i]
    i += 1
  }
  return total
}

/// Sets the scores of hidden keys to −∞.
@inline(__always)
private func hide<S: Scalar>(
  _ row: UnsafeMutablePointer<S>, _ keyPadding: UnsafePointer<Bool>?, _ keys: Range<Int>
) {
  guard let keyPadding else { return }
  for j in keys where keyPadding[j] { row[j - keys.lowerBound] = -.infinity }
}

/// Scores → weights in place; the logarithm of the sum of exponentials, −∞ if all keys are hidden.
@inline(__always)
private func normalizeExponentials<S: Scalar>(_ row: UnsafeMutablePointer<S>, count: Int) -> S {
  let lanes = S.Vector.scalarCount
  var largest = S.Vector(repeating: -.infinity)
  var i = 0
  while i + lanes <= count {
    let x: S.Vector = load(row + i)
    largest = largest.replacing(with: x, where: x .> largest)
    i += lanes
  }
  var maximum = -S.infinity
  for lane in 0..<lanes { maximum = max(maximum, largest[lane]) }
  while i < count {
    maximum = max(maximum, row[i])
    i += 1
  }
  guard maximum > -.infinity else {
    row.update(repeating: 0, count: count)
    return -.infinity
  }
  let sum = exponentials(row, count: count, minus: maximum)
  scaleRow(row, count: count, by: 1 / sum)
  return maximum + S.log(S.Vector(repeating: sum))[0]
}

/// row ← exp(row − shift), all zero if `shift` is −∞; their sum, one vector accumulator, then its lanes, then the tail.
@inline(__always)
@discardableResult
private func exponentials<S: Scalar>(_ row: UnsafeMutablePointer<S>, count: Int, minus shift: S) -> S {
  guard shift > -.infinity else {
    row.update(repeating: 0, count: count)
    return 0
  }
  let lanes = S.Vector.scalarCount
  var sum = S.Vector()
  var i = 0
  while i + lanes <= count {
    let e = S.exp(load(row + i) - shift)
    store(e, row + i)
    sum += e
    i += lanes
  }
  var total = S.zero
  for lane in 0..<lanes { total += sum[lane] }
  while i < count {
    row[i] = S.exp(S.Vector(repeating: row[i] - shift))[0]
    total += row[i]
    i += 1
  }
  return total
}

/// dP → dS in place: P ∘ (dP − correction).
@inline(__always)
private func scoreCotangents<S: Scalar>(
  _ row: UnsafeMutablePointer<S>, weights: UnsafeMutablePointer<S>, count: Int, minus correction: S
) {
  let lanes = S.Vector.scalarCount
  var i = 0
  while i + lanes <= count {
    store(load(weights + i) * (load(row + i) - correction), row + i)
    i += lanes
  }
  while i < count {
    row[i] = weights[i] * (row[i] - correction)
    i += 1
  }
}

/// Zeroes dropped weights of a row and scales the others, by the draws of `keys`.
@inline(__always)
private func drop<S: Scalar>(
  _ row: UnsafeMutablePointer<S>, _ dropout: AttentionDropout, rowIndex: Int, keys: Range<Int>, time: Int
) {
  let threshold = UInt32(dropout.rate * 0x1p32)
  let factor = S(1 / (1 - dropout.rate))
  let blocks = (time + 3) / 4
  for j in keys {
    let word = dropout.source.block(rowIndex * blocks + j / 4)[j % 4]
    row[j - keys.lowerBound] = word < threshold ? 0 : row[j - keys.lowerBound] * factor
  }
}

/// Stores tiles into rows of a strip.
private struct StripEpilogue<S: Scalar>: TileEpilogue {
  let c: UnsafeMutablePointer<S>
  let rowStride: Int
  let adds: Bool

  @inline(__always)
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int) {
    let target = c + row * rowStride + column
    let lanes = S.Vector.scalarCount
    Kernels.store(adds ? left + load(target) : left, target)
    Kernels.store(adds ? right + load(target + lanes) : right, target + lanes)
  }

  @inline(__always)
  func store(_ element: S, row: Int, column: Int) {
    let target = c + row * rowStride + column
    target.pointee = adds ? target.pointee + element : element
  }
}
