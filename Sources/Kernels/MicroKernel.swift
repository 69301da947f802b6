// The innermost loop of every matrix product: a tile of C held in registers while K is walked.
//
// Legend: the tile is `Tile.rows` × 2 vectors; A comes as panels of `Tile.rows` rows, B as panels of two vectors of
// columns, both with K outermost, so that a step of K reads them front to back.

/// The register tile of a micro-kernel: a parameter of the instruction set.
enum Tile {
  #if X86_64_V4 || arch(arm64)
    /// Thirty-two registers: 24 accumulators, two columns of B, and a broadcast element of A.
    static let rows = 12
  #else
    /// Sixteen registers: 12 accumulators, two columns of B, and a broadcast element of A.
    static let rows = 6
  #endif

  /// Columns of the tile: two vectors.
  @inline(__always)
  static func columns<S: Scalar>(_: S.Type) -> Int { 2 * S.Vector.scalarCount }
}

/// How the rows of A lie: the policy that begins a product.
///
/// Strides that are known when the micro-kernel is compiled are part of its instructions. Read from variables, they
/// become a chain of additions that is as long as the products of a step.
protocol LeftLayout {
  /// Elements from one row to the next.
  var rowStride: Int { get }
  /// Elements from one step of K to the next.
  var stepStride: Int { get }
}

/// Rows copied side by side, `FixedRows.stride` elements apart.
struct FixedRows: LeftLayout {
  /// A block of K and a cache line more, so that the same step of all rows does not fall into one set of the cache.
  static let stride = BlockSize.depth + 16
  var rowStride: Int { Self.stride }
  var stepStride: Int { 1 }
}

/// Steps of K that lie `FixedRows.stride` elements apart: a matrix of `FixedRows`, transposed.
struct FixedColumns: LeftLayout {
  var rowStride: Int { 1 }
  var stepStride: Int { FixedRows.stride }
}

/// Rows at any distance: what lies in memory is read in place.
struct StridedRows: LeftLayout {
  let rowStride: Int
  var stepStride = 1
}

/// A panel `[depth, Tile.rows]`.
struct PackedRows: LeftLayout {
  var rowStride: Int { 1 }
  var stepStride: Int { Tile.rows }
}

/// What becomes of a finished tile: the policy that ends a product.
protocol TileEpilogue<S> {
  associatedtype S: Scalar

  /// Whether it does so much with a row that its code should stand there once, and not for every row of a tile.
  static var isLong: Bool { get }
  /// Where an element of C is.
  func target(row: Int, column: Int) -> UnsafeMutablePointer<S>
  /// Elements from one row of C to the next.
  var rowStride: Int { get }

  /// Takes two neighbouring vectors of the product at (`row`, `column`).
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int)

  /// Takes the first `count` columns of two neighbouring vectors, at the right edge of the matrix.
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int, count: Int)
}

/// Multiplies a tile of A's rows by a panel of B and hands the tile to the epilogue.
///
/// - Parameters:
///   - a: element (0, 0) of A's rows.
///   - layout: how they lie.
///   - b: B's packed panel, `depth` × `Tile.columns`.
///   - depth: K.
///   - row: the tile's first row in C.
///   - rows: valid rows of the tile; memory behind all of its rows must be readable.
///   - column: the tile's first column in C.
///   - columns: valid columns of the tile.
///   - epilogue: takes the tile.
@inline(__always)
func multiplyPanels<S: Scalar, L: LeftLayout, E: TileEpilogue<S>>(
  _ a: UnsafePointer<S>, _ layout: L, _ b: UnsafePointer<S>, depth: Int, row: Int, rows: Int, column: Int,
  columns: Int, _ epilogue: E
) {
  let place = TilePlace(row: row, rows: rows, column: column, columns: columns)
  var target = epilogue.target(row: row, column: column)
  for _ in 0..<rows {
    prefetchForWriting(target)
    prefetchForWriting(target + S.Vector.scalarCount)
    target += epilogue.rowStride
  }
  multiplyTile(a, layout, b, depth: depth, place, epilogue)
}

/// Multiplies rows of A by a matrix B packed whole, panel by panel.
///
/// - Parameters:
///   - a: element (0, 0) of A; read up to `Tile.rows` − 1 rows beyond the last one.
///   - layout: how A lies.
///   - rows: rows of A.
///   - packed: B's panels, each `depth` × `Tile.columns`.
///   - depth: K.
///   - columns: columns of B.
///   - epilogue: takes the tiles.
@inline(__always)
func multiplyPacked<S: Scalar, L: LeftLayout, E: TileEpilogue<S>>(
  _ a: UnsafePointer<S>, _ layout: L, rows: Int, _ packed: UnsafePointer<S>, depth: Int, columns: Int, _ epilogue: E
) {
  let width = Tile.columns(S.self)
  for column in stride(from: 0, to: columns, by: width) {
    for row in stride(from: 0, to: rows, by: Tile.rows) {
      multiplyPanels(
        a + row * layout.rowStride, layout, packed + column * depth, depth: depth, row: row,
        rows: min(Tile.rows, rows - row), column: column, columns: min(width, columns - column), epilogue)
    }
  }
}

/// Where a tile lies in C, and how much of it does.
private struct TilePlace {
  let row: Int
  let rows: Int
  let column: Int
  let columns: Int

  /// Whether all of the tile lies in C.
  @inline(__always)
  func isWhole<S: Scalar>(_: S.Type) -> Bool { rows == Tile.rows && columns == Tile.columns(S.self) }
}

/// Hands on what lies in C of a tile that overhangs it.
@inline(__always)
private func storeOverhanging<S: Scalar, E: TileEpilogue<S>>(
  _ tile: UnsafePointer<S>, _ place: TilePlace, _ epilogue: E
) {
  let lanes = S.Vector.scalarCount
  for i in 0..<place.rows {
    let row = tile + i * Tile.columns(S.self)
    if place.columns == Tile.columns(S.self) {
      epilogue.store(load(row), load(row + lanes), row: place.row + i, column: place.column)
    } else {
      epilogue.store(load(row), load(row + lanes), row: place.row + i, column: place.column, count: place.columns)
    }
  }
}

/// Stores the first `count` columns of a row of a tile, or adds them to what is there.
@inline(__always)
func storeEdge<S: Scalar>(
  _ left: S.Vector, _ right: S.Vector, count: Int, _ target: UnsafeMutablePointer<S>, adds: Bool
) {
  let lanes = S.Vector.scalarCount
  let accumulation: Accumulation = adds ? .add : .overwrite
  put(left, first: min(count, lanes), at: target, accumulation)
  if count > lanes { put(right, first: count - lanes, at: target + lanes, accumulation) }
}

#if X86_64_V4 || arch(arm64)
  @inline(__always)
  private func multiplyTile<S: Scalar, L: LeftLayout, E: TileEpilogue<S>>(
    _ a: UnsafePointer<S>, _ layout: L, _ b: UnsafePointer<S>, depth: Int, _ place: TilePlace, _ epilogue: E
  ) {
    var (c00, c01, c10, c11, c20, c21) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c30, c31, c40, c41, c50, c51) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c60, c61, c70, c71, c80, c81) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c90, c91, cA0, cA1, cB0, cB1) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    let width = S.Vector.scalarCount
    let stride = layout.rowStride
    var (a, b) = (a, b)
    for _ in 0..<depth {
      let (b0, b1) = (load(b), load(b + width))
      var element = S.Vector(repeating: a[0])
      (c00, c01) = (c00.addingProduct(element, b0), c01.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride])
      (c10, c11) = (c10.addingProduct(element, b0), c11.addingProduct(element, b1))
      element = S.Vector(repeating: a[2 &* stride])
      (c20, c21) = (c20.addingProduct(element, b0), c21.addingProduct(element, b1))
      element = S.Vector(repeating: a[3 &* stride])
      (c30, c31) = (c30.addingProduct(element, b0), c31.addingProduct(element, b1))
      element = S.Vector(repeating: a[4 &* stride])
      (c40, c41) = (c40.addingProduct(element, b0), c41.addingProduct(element, b1))
      element = S.Vector(repeating: a[5 &* stride])
      (c50, c51) = (c50.addingProduct(element, b0), c51.addingProduct(element, b1))
      element = S.Vector(repeating: a[6 &* stride])
      (c60, c61) = (c60.addingProduct(element, b0), c61.addingProduct(element, b1))
      element = S.Vector(repeating: a[7 &* stride])
      (c70, c71) = (c70.addingProduct(element, b0), c71.addingProduct(element, b1))
      element = S.Vector(repeating: a[8 &* stride])
      (c80, c81) = (c80.addingProduct(element, b0), c81.addingProduct(element, b1))
      element = S.Vector(repeating: a[9 &* stride])
      (c90, c91) = (c90.addingProduct(element, b0), c91.addingProduct(element, b1))
      element = S.Vector(repeating: a[10 &* stride])
      (cA0, cA1) = (cA0.addingProduct(element, b0), cA1.addingProduct(element, b1))
      element = S.Vector(repeating: a[11 &* stride])
      (cB0, cB1) = (cB0.addingProduct(element, b0), cB1.addingProduct(element, b1))
      a += layout.stepStride
      b += 2 * width
    }
    if !E.isLong && place.isWhole(S.self) {
      let (row, column) = (place.row, place.column)
      epilogue.store(c00, c01, row: row, column: column)
      epilogue.store(c10, c11, row: row &+ 1, column: column)
      epilogue.store(c20, c21, row: row &+ 2, column: column)
      epilogue.store(c30, c31, row: row &+ 3, column: column)
      epilogue.store(c40, c41, row: row &+ 4, column: column)
      epilogue.store(c50, c51, row: row &+ 5, column: column)
      epilogue.store(c60, c61, row: row &+ 6, column: column)
      epilogue.store(c70, c71, row: row &+ 7, column: column)
      epilogue.store(c80, c81, row: row &+ 8, column: column)
      epilogue.store(c90, c91, row: row &+ 9, column: column)
      epilogue.store(cA0, cA1, row: row &+ 10, column: column)
      epilogue.store(cB0, cB1, row: row &+ 11, column: column)
    } else {
      withUnsafeTemporaryAllocation(of: S.Vector.self, capacity: 2 * Tile.rows) { tile in
        (tile[0], tile[1]) = (c00, c01)
        (tile[2], tile[3]) = (c10, c11)
        (tile[4], tile[5]) = (c20, c21)
        (tile[6], tile[7]) = (c30, c31)
        (tile[8], tile[9]) = (c40, c41)
        (tile[10], tile[11]) = (c50, c51)
        (tile[12], tile[13]) = (c60, c61)
        (tile[14], tile[15]) = (c70, c71)
        (tile[16], tile[17]) = (c80, c81)
        (tile[18], tile[19]) = (c90, c91)
        (tile[20], tile[21]) = (cA0, cA1)
        (tile[22], tile[23]) = (cB0, cB1)
        let elements = UnsafeRawPointer(tile.baseAddress!).assumingMemoryBound(to: S.self)
        storeOverhanging(elements, place, epilogue)
      }
    }
  }
#else
  @inline(__always)
  private func multiplyTile<S: Scalar, L: LeftLayout, E: TileEpilogue<S>>(
    _ a: UnsafePointer<S>, _ layout: L, _ b: UnsafePointer<S>, depth: Int, _ place: TilePlace, _ epilogue: E
  ) {
    var (c00, c01, c10, c11, c20, c21) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c30, c31, c40, c41, c50, c51) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    let width = S.Vector.scalarCount
    let stride = layout.rowStride
    var (a, b) = (a, b)
    for _ in 0..<depth {
      let (b0, b1) = (load(b), load(b + width))
      var element = S.Vector(repeating: a[0])
      (c00, c01) = (c00.addingProduct(element, b0), c01.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride])
      (c10, c11) = (c10.addingProduct(element, b0), c11.addingProduct(element, b1))
      element = S.Vector(repeating: a[2 &* stride])
      (c20, c21) = (c20.addingProduct(element, b0), c21.addingProduct(element, b1))
      element = S.Vector(repeating: a[3 &* stride])
      (c30, c31) = (c30.addingProduct(element, b0), c31.addingProduct(element, b1))
      element = S.Vector(repeating: a[4 &* stride])
      (c40, c41) = (c40.addingProduct(element, b0), c41.addingProduct(element, b1))
      element = S.Vector(repeating: a[5 &* stride])
      (c50, c51) = (c50.addingProduct(element, b0), c51.addingProduct(element, b1))
      a += layout.stepStride
      b += 2 * width
    }
    if !E.isLong && place.isWhole(S.self) {
      let (row, column) = (place.row, place.column)
      epilogue.store(c00, c01, row: row, column: column)
      epilogue.store(c10, c11, row: row &+ 1, column: column)
      epilogue.store(c20, c21, row: row &+ 2, column: column)
      epilogue.store(c30, c31, row: row &+ 3, column: column)
      epilogue.store(c40, c41, row: row &+ 4, column: column)
      epilogue.store(c50, c51, row: row &+ 5, column: column)
    } else {
      withUnsafeTemporaryAllocation(of: S.Vector.self, capacity: 2 * Tile.rows) { tile in
        (tile[0], tile[1]) = (c00, c01)
        (tile[2], tile[3]) = (c10, c11)
        (tile[4], tile[5]) = (c20, c21)
        (tile[6], tile[7]) = (c30, c31)
        (tile[8], tile[9]) = (c40, c41)
        (tile[10], tile[11]) = (c50, c51)
        let elements = UnsafeRawPointer(tile.baseAddress!).assumingMemoryBound(to: S.self)
        storeOverhanging(elements, place, epilogue)
      }
    }
  }
#endif
