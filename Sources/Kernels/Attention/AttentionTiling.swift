/// How one head is cut: strips of queries and blocks of keys, by the shape alone.
struct AttentionTiling {
  let time: Int
  /// D.
  let headDim: Int
  /// Queries of a strip: whole tiles.
  let strip: Int
  /// Keys of a block, rounded up to whole panels.
  let keys: Int
  /// D, rounded up to whole panels.
  let dimWidth: Int
  /// T, rounded up to whole panels and strips.
  let paddedTime: Int
  /// How rows of a head lie that are copied: so that the same dimension of neighbours falls into different sets of the
  /// cache.
  let rowLayout: Rows
  /// How rows of scores lie, likewise.
  let scoreLayout: Rows

  /// The most queries of a strip: whole tiles, be they 6 rows high or 12.
  private static let mostQueries = 132
  /// The most keys of a block.
  private static let mostKeys = 256

  init<S: Scalar>(_ shape: AttentionShape, _: S.Type) {
    let width = Tile.columns(S.self)
    time = shape.time
    headDim = shape.headDim
    strip = min(Self.mostQueries, roundUp(max(time, 1), to: Tile.rows))
    keys = min(Self.mostKeys, roundUp(max(time, 1), to: width))
    dimWidth = roundUp(shape.headDim, to: width)
    paddedTime = roundUp(max(time, 1), to: width) + strip
    rowLayout = Rows(rowStride: spreadStride(dimWidth, S.self))
    scoreLayout = Rows(rowStride: spreadStride(keys, S.self))
  }

  /// Rows of another head, to be there when some products of this one are done.
  ///
  /// The rows of a head are so far apart that the machine does not foresee them. Of long sequences they would not stay in
  /// the cache, and what is to be computed is so much that they hardly count.
  @inline(__always)
  func fetched<S: Scalar>(_ start: UnsafePointer<S>?, stride: Int, duringProducts products: Int) -> Fetched<S> {
    guard let start, time <= Self.mostKeys else { return Fetched(.nothing, times: 1) }
    let rows = Matrix(start, rows: time, columns: headDim, rowStride: stride)
    return Fetched(UpcomingPart(rows, rows: 0..<time, columns: 0..<headDim), times: products * fetches)
  }

  /// How often something can be asked for during one product of a head.
  private var fetches: Int {
    let tiles = (time + Tile.rows - 1) / Tile.rows * (keys / Tile.columns(Float.self))
    return max(1, tiles * (headDim / BlockSize.stepsBetweenFetches))
  }

  /// The blocks of keys, in order.
  var keyBlocks: LazyMapSequence<StrideTo<Int>, Range<Int>> {
    let time = time
    return stride(from: 0, to: time, by: Self.mostKeys).lazy.map { $0..<min($0 + Self.mostKeys, time) }
  }
}

/// One head of one sequence: where it begins in its operands.
struct AttentionHead {
  let batch: Int
  let head: Int
  let queryOffset: Int
  let keyOffset: Int
  let outputOffset: Int

  init(shape: AttentionShape, batch: Int, head: Int) {
    self.batch = batch
    self.head = head
    queryOffset = batch * shape.time * shape.queryStride + head * shape.headDim
    keyOffset = batch * shape.time * shape.keyValueStride + head / shape.groupSize * shape.headDim
    outputOffset = batch * shape.time * shape.outputStride + head * shape.headDim
  }

  /// The head after the one of a number; after the last comes the first.
  init(shape: AttentionShape, following number: Int) {
    let next = (number + 1) % (shape.batch * shape.heads)
    self.init(shape: shape, batch: next / shape.heads, head: next % shape.heads)
  }
}

/// Which keys the rows of one sequence see.
struct RowVisibility {
  private let padding: UnsafePointer<Bool>?
  private let isCausal: Bool

  init<S: Scalar>(_ options: AttentionOptions<S>, _ head: AttentionHead, time: Int) {
    padding = options.keyPadding.map { $0 + head.batch * time }
    isCausal = options.mask == .causal
  }

  /// Whether the mask leaves any key of a block to any query of a strip.
  ///
  /// The first block is never left out, so that every sum is begun.
  func mayBeSeen(_ block: Range<Int>, from strip: Range<Int>) -> Bool {
    !isCausal || block.lowerBound == 0 || block.lowerBound < strip.upperBound
  }

  /// Sets the scores of hidden keys to −∞, and those up to a whole panel behind the last key.
  @inline(__always)
  func hide<S: Scalar>(_ row: UnsafeMutablePointer<S>, query: Int, _ block: Range<Int>) {
    let padded = roundUp(block.count, to: S.Vector.scalarCount)
    let visible = isCausal ? max(0, min(block.count, query + 1 - block.lowerBound)) : block.count
    for j in visible..<padded { row[j] = -.infinity }
    guard let padding else { return }
    for j in 0..<visible where padding[block.lowerBound + j] { row[j] = -.infinity }
  }
}

/// Rows of a head where they lie in memory.
struct HeadRows<S: Scalar> {
  let start: UnsafePointer<S>
  let stride: Int
  let range: Range<Int>
  let dims: Int
}

extension Rotation {
  /// The angles for the inside of loops.
  var angles: RotaryAngles<S> { table.angles(pairing) }
}

/// Copies rows of a head, rotated at their positions and scaled; what the copy has beyond them becomes zero.
@inline(__always)
func copyHead<S: Scalar, L: LeftLayout>(
  _ rows: HeadRows<S>, _ angles: RotaryAngles<S>?, factor: S, _ layout: L, into target: UnsafeMutablePointer<S>,
  rowCount: Int
) {
  let count = rows.range.count
  let scale = S.Vector(repeating: factor)
  @inline(__always)
  func scaled(_ x: S.Vector) -> S.Vector { scale * x }
  for i in 0..<count {
    let from = rows.start + (rows.range.lowerBound + i) * rows.stride
    let to = target + i * layout.rowStride
    if let angles {
      rotateRow(from, angles, position: rows.range.lowerBound + i, headDim: rows.dims, inverse: false, into: to)
      if factor != 1 { map(to, count: rows.dims, into: to, .overwrite, scaled) }
    } else {
      map(from, count: rows.dims, into: to, .overwrite, scaled)
    }
  }
  for i in count..<rowCount {
    (target + i * layout.rowStride).update(repeating: 0, count: rows.dims)
  }
}

/// Adds rows `[T, width]` to a head's gradient, or overwrites it, rotated back and scaled.
@inline(__always)
func addHead<S: Scalar>(
  _ source: UnsafeMutablePointer<S>, width: Int, factor: S, _ angles: RotaryAngles<S>?,
  to target: UnsafeMutablePointer<S>, stride: Int, time: Int, dims: Int, _ accumulation: Accumulation
) {
  let scale = S.Vector(repeating: factor)
  @inline(__always)
  func scaled(_ x: S.Vector) -> S.Vector { scale * x }
  for i in 0..<time {
    let from = source + i * width
    if let angles { rotateRow(from, angles, position: i, headDim: dims, inverse: true, into: from) }
    map(from, count: dims, into: target + i * stride, accumulation, scaled)
  }
}
