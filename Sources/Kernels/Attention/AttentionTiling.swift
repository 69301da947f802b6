/// How one head is cut: strips of queries and blocks of keys, by the shape alone.
struct AttentionTiling {
  let time: Int
  /// D.
  let headDim: Int
  /// Queries of a strip: whole tiles.
  let strip: Int
  /// Keys of a block, rounded up to whole tiles, narrow ones if they will do.
  let keys: Int
  /// The same, rounded up to whole panels.
  let paddedKeys: Int
  /// D, rounded up as `keys` is.
  let dimWidth: Int
  /// T, rounded up to whole panels and strips.
  let paddedTime: Int
  /// How rows of a head lie that are copied: so that the same dimension of neighbours falls into different sets of the
  /// cache.
  let rowLayout: Rows
  /// How rows of scores lie, likewise.
  let scoreLayout: Rows

  /// The most queries of a strip: whole tiles.
  private static let mostQueries = 132
  /// The most keys of a block.
  private static let mostKeys = 256

  init<S: Scalar>(_ shape: AttentionShape, _: S.Type) {
    let width = Tile.narrowColumns(S.self)
    time = shape.time
    headDim = shape.headDim
    strip = min(Self.mostQueries, roundUp(max(time, 1), to: Tile.rows))
    keys = min(Self.mostKeys, roundUp(max(time, 1), to: width))
    paddedKeys = roundUp(keys, to: Tile.columns(S.self))
    dimWidth = roundUp(shape.headDim, to: width)
    paddedTime = roundUp(max(time, 1), to: Tile.columns(S.self)) + strip
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
    return Fetched(UpcomingPart(rows, rows: 0..<time, columns: 0..<headDim), times: products * fetches(S.self))
  }

  /// How often something can be asked for during one product of a head.
  @inline(__always)
  private func fetches<S: Scalar>(_: S.Type) -> Int {
    let tiles = (time + Tile.rows - 1) / Tile.rows * (paddedKeys / Tile.columns(S.self))
    return max(1, tiles * (headDim / BlockSize.stepsBetweenFetches))
  }

  /// The blocks of keys, in order.
  var keyBlocks: LazyMapSequence<StrideTo<Int>, Range<Int>> {
    let time = time
    return stride(from: 0, to: time, by: Self.mostKeys).lazy.map { $0..<min($0 + Self.mostKeys, time) }
  }
}
