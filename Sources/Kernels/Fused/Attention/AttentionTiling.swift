/// How one head is cut: strips of queries and blocks of keys, by the shape alone.
struct AttentionTiling {
  /// T.
  let queryLength: Int
  /// U.
  let keyLength: Int
  /// D.
  let headDim: Int
  /// Queries of a strip: whole tiles.
  let stripRows: Int
  /// Keys of a block, rounded up to whole tiles, narrow ones if they will do.
  let blockKeys: Int
  /// The same, rounded up to whole micro-panels.
  let paddedBlockKeys: Int
  /// D, rounded up as `blockKeys` is.
  let dimWidth: Int
  /// T, rounded up to whole micro-panels and a strip more.
  let paddedQueryLength: Int
  /// U, likewise.
  let paddedKeyLength: Int
  /// Elements between rows of a head that are copied: so that the same dimension of neighbours falls into different sets
  /// of the cache.
  let rowStride: Int
  /// Elements between rows of scores, likewise.
  let scoreStride: Int

  /// The most queries of a strip: whole tiles.
  private static let mostQueries = 132
  /// The most keys of a block.
  private static let mostKeys = 256

  init<S: Scalar>(_ shape: AttentionShape, _: S.Type) {
    let width = Tile.narrowColumns(S.self)
    queryLength = shape.queryLength
    keyLength = shape.keyLength
    headDim = shape.headDim
    stripRows = min(Self.mostQueries, roundUp(max(queryLength, 1), to: Tile.rows))
    blockKeys = min(Self.mostKeys, roundUp(max(keyLength, 1), to: width))
    paddedBlockKeys = roundUp(blockKeys, to: Tile.columns(S.self))
    dimWidth = roundUp(headDim, to: width)
    paddedQueryLength = roundUp(max(queryLength, 1), to: Tile.columns(S.self)) + stripRows
    paddedKeyLength = roundUp(max(keyLength, 1), to: Tile.columns(S.self)) + stripRows
    rowStride = spreadStride(dimWidth, S.self)
    scoreStride = spreadStride(blockKeys, S.self)
  }

  /// The strips of queries, in order.
  var strips: LazyMapSequence<StrideTo<Int>, Range<Int>> { Self.ranges(of: queryLength, size: stripRows) }

  /// The blocks of keys, in order.
  var keyBlocks: LazyMapSequence<StrideTo<Int>, Range<Int>> { Self.ranges(of: keyLength, size: Self.mostKeys) }

  @inline(__always)
  private static func ranges(of count: Int, size: Int) -> LazyMapSequence<StrideTo<Int>, Range<Int>> {
    stride(from: 0, to: count, by: size).lazy.map { $0..<min($0 + size, count) }
  }

  // MARK: - The next head

  /// Rows of queries of another head, or of what lies like them, to be there when some products of this one are done.
  @inline(__always)
  func fetchedQueries<S: Scalar>(
    _ start: UnsafePointer<S>?, stride: Int, duringProducts products: Int
  ) -> Fetched<S> {
    fetched(start, rows: queryLength, stride: stride, duringProducts: products)
  }

  /// Rows of keys or values of another head, likewise.
  @inline(__always)
  func fetchedKeys<S: Scalar>(_ start: UnsafePointer<S>?, stride: Int, duringProducts products: Int) -> Fetched<S> {
    fetched(start, rows: keyLength, stride: stride, duringProducts: products)
  }

  /// Rows of a head, which lie so far apart that the machine does not foresee them.
  ///
  /// Those of long sequences would not stay in the cache, and what is to be computed is so much that they hardly count.
  @inline(__always)
  private func fetched<S: Scalar>(
    _ start: UnsafePointer<S>?, rows: Int, stride: Int, duringProducts products: Int
  ) -> Fetched<S> {
    guard let start, max(queryLength, keyLength) <= Self.mostKeys else { return Fetched(.nothing, times: 1) }
    let matrix = Matrix(start, rows: rows, columns: headDim, rowStride: stride)
    return Fetched(
      UpcomingPart(matrix, rows: 0..<rows, columns: 0..<headDim), times: products * fetchesPerProduct(S.self))
  }

  /// How often something can be asked for during one product of a head.
  @inline(__always)
  private func fetchesPerProduct<S: Scalar>(_: S.Type) -> Int {
    let tiles = (queryLength + Tile.rows - 1) / Tile.rows * (paddedBlockKeys / Tile.columns(S.self))
    return max(1, tiles * BlockSize.fetchRounds(depth: headDim))
  }
}
