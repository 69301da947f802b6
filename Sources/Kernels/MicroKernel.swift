// The innermost loop of every matrix product: a tile of C held in registers while K is walked.
//
// Legend: the tile is `Tile.rows` × 2 vectors; A is read where it lies, B as panels of two vectors of columns with K
// outermost, so that a step of K reads them front to back.

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
/// What lies in memory is read in place.
protocol LeftLayout {
  /// Elements from one row to the next.
  var rowStride: Int { get }
  /// Elements from one step of K to the next.
  var stepStride: Int { get }
}

/// Rows that are contiguous along K.
struct Rows: LeftLayout {
  let rowStride: Int
  var stepStride: Int { 1 }
}

/// Rows that lie side by side for every step of K: of a matrix that lies transposed, or of a packed panel.
struct SideBySide: LeftLayout {
  var rowStride: Int { 1 }
  let stepStride: Int
}

/// `Tile.columns` columns of B that lie side by side for every step of K.
struct RightPanel<S: Scalar> {
  let start: UnsafePointer<S>
  /// Elements from one step of K to the next.
  let stepStride: Int

  /// A packed panel.
  @inline(__always)
  init(packed start: UnsafePointer<S>) {
    self.start = start
    stepStride = Tile.columns(S.self)
  }

  /// Columns of a row-major matrix, read in place.
  @inline(__always)
  init(_ start: UnsafePointer<S>, stepStride: Int) {
    self.start = start
    self.stepStride = stepStride
  }
}

/// What becomes of a finished tile: the policy that ends a product.
protocol TileEpilogue<S> {
  associatedtype S: Scalar

  /// Whether it does so much with a row that its code should stand there once, and not for every row of a tile.
  static var isLong: Bool { get }
  /// Asks for the memory that the rows of a tile will need, from (`row`, `column`) on, while the tile is multiplied.
  func prefetch(row: Int, column: Int, rows: Int)

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
///   - panel: `Tile.columns` columns of B.
///   - depth: K.
///   - row: the tile's first row in C.
///   - rows: valid rows of the tile; memory behind all of its rows must be readable.
///   - column: the tile's first column in C.
///   - columns: valid columns of the tile.
///   - epilogue: takes the tile.
///   - meanwhile: proceeds a little every `BlockSize.stepsBetweenFetches` steps of K.
@inline(__always)
func multiplyPanels<S: Scalar, L: LeftLayout, E: TileEpilogue<S>, F: Fetching>(
  _ a: UnsafePointer<S>, _ layout: L, _ panel: RightPanel<S>, depth: Int, row: Int, rows: Int, column: Int,
  columns: Int, _ epilogue: E, meanwhile: inout F
) {
  let place = TilePlace(row: row, rows: rows, column: column, columns: columns)
  multiplyTile(a, layout, panel, depth: depth, place, epilogue, &meanwhile)
}

/// B as panels, one behind the other.
struct PanelSequence<S: Scalar> {
  private let start: UnsafePointer<S>
  private let stepStride: Int
  private let panelStride: Int

  /// Packed panels.
  @inline(__always)
  init(packed start: UnsafePointer<S>, depth: Int) {
    self.start = start
    stepStride = Tile.columns(S.self)
    panelStride = depth * Tile.columns(S.self)
  }

  /// A row-major matrix, read in place: up to whole panels of columns.
  @inline(__always)
  init(_ start: UnsafePointer<S>, rowStride: Int) {
    self.start = start
    stepStride = rowStride
    panelStride = Tile.columns(S.self)
  }

  /// The panel of the given number.
  @inline(__always)
  subscript(index: Int) -> RightPanel<S> { RightPanel(start + index * panelStride, stepStride: stepStride) }
}

/// Multiplies rows of A by panels of B, all of which are near.
///
/// - Parameters:
///   - a: element (0, 0) of A; read up to `Tile.rows` − 1 rows beyond the last one.
///   - layout: how A lies.
///   - rows: rows of A.
///   - panels: B.
///   - depth: K.
///   - columns: columns of B.
///   - epilogue: takes the tiles.
@inline(__always)
func multiplyNear<S: Scalar, L: LeftLayout, E: TileEpilogue<S>>(
  _ a: UnsafePointer<S>, _ layout: L, rows: Int, _ panels: PanelSequence<S>, depth: Int, columns: Int, _ epilogue: E
) {
  let width = Tile.columns(S.self)
  var nothing = NothingToFetch()
  for column in stride(from: 0, to: columns, by: width) {
    let panel = panels[column / width]
    for row in stride(from: 0, to: rows, by: Tile.rows) {
      multiplyPanels(
        a + row * layout.rowStride, layout, panel, depth: depth, row: row, rows: min(Tile.rows, rows - row),
        column: column, columns: min(width, columns - column), epilogue, meanwhile: &nothing)
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

/// Multiplies and hands over one tile.
@inline(__always)
private func multiplyTile<S: Scalar, L: LeftLayout, E: TileEpilogue<S>, F: Fetching>(
  _ a: UnsafePointer<S>, _ layout: L, _ panel: RightPanel<S>, depth: Int, _ place: TilePlace, _ epilogue: E,
  _ meanwhile: inout F
) {
  let (rowStride, stepStride, panelStride) = (layout.rowStride, layout.stepStride, panel.stepStride)
  var sums = TileSums<S>()
  var (a, b) = (a, panel.start)
  // All rows of C are asked for in the first half of the steps.
  let rowsAtOnce = 2 &* place.rows &* BlockSize.stepsBetweenFetches / max(depth, 1) &+ 1
  var row = 0
  for step in 0..<depth {
    if step % BlockSize.stepsBetweenFetches == 0 {
      if row < place.rows {
        epilogue.prefetch(row: place.row &+ row, column: place.column, rows: min(rowsAtOnce, place.rows &- row))
        row &+= rowsAtOnce
      }
      meanwhile.proceed()
    }
    sums.add(a, rowStride: rowStride, b)
    a += stepStride
    b += panelStride
  }
  if !E.isLong && place.isWhole(S.self) {
    sums.store(row: place.row, column: place.column, epilogue)
  } else {
    // In memory the sums lie row after row. A copy, since what has an address does not stay in registers.
    let tile = sums
    withUnsafeBytes(of: tile) {
      storeOverhanging($0.baseAddress!.assumingMemoryBound(to: S.self), place, epilogue)
    }
  }
}

#if X86_64_V4 || arch(arm64)
  /// The sums of a tile, all in registers: row after row, the two vectors of a row side by side.
  private struct TileSums<S: Scalar> {
    var (c00, c01, c10, c11, c20, c21) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c30, c31, c40, c41, c50, c51) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c60, c61, c70, c71, c80, c81) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c90, c91, cA0, cA1, cB0, cB1) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())

    /// Adds the products of one step of K.
    @inline(__always)
    mutating func add(_ a: UnsafePointer<S>, rowStride: Int, _ b: UnsafePointer<S>) {
      let (b0, b1) = (load(b), load(b + S.Vector.scalarCount))
      var element = S.Vector(repeating: a[0])
      (c00, c01) = (c00.addingProduct(element, b0), c01.addingProduct(element, b1))
      element = S.Vector(repeating: a[rowStride])
      (c10, c11) = (c10.addingProduct(element, b0), c11.addingProduct(element, b1))
      element = S.Vector(repeating: a[2 &* rowStride])
      (c20, c21) = (c20.addingProduct(element, b0), c21.addingProduct(element, b1))
      element = S.Vector(repeating: a[3 &* rowStride])
      (c30, c31) = (c30.addingProduct(element, b0), c31.addingProduct(element, b1))
      element = S.Vector(repeating: a[4 &* rowStride])
      (c40, c41) = (c40.addingProduct(element, b0), c41.addingProduct(element, b1))
      element = S.Vector(repeating: a[5 &* rowStride])
      (c50, c51) = (c50.addingProduct(element, b0), c51.addingProduct(element, b1))
      element = S.Vector(repeating: a[6 &* rowStride])
      (c60, c61) = (c60.addingProduct(element, b0), c61.addingProduct(element, b1))
      element = S.Vector(repeating: a[7 &* rowStride])
      (c70, c71) = (c70.addingProduct(element, b0), c71.addingProduct(element, b1))
      element = S.Vector(repeating: a[8 &* rowStride])
      (c80, c81) = (c80.addingProduct(element, b0), c81.addingProduct(element, b1))
      element = S.Vector(repeating: a[9 &* rowStride])
      (c90, c91) = (c90.addingProduct(element, b0), c91.addingProduct(element, b1))
      element = S.Vector(repeating: a[10 &* rowStride])
      (cA0, cA1) = (cA0.addingProduct(element, b0), cA1.addingProduct(element, b1))
      element = S.Vector(repeating: a[11 &* rowStride])
      (cB0, cB1) = (cB0.addingProduct(element, b0), cB1.addingProduct(element, b1))
    }

    /// Hands row after row to the epilogue.
    @inline(__always)
    func store<E: TileEpilogue<S>>(row: Int, column: Int, _ epilogue: E) {
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
    }
  }
#else
  /// The sums of a tile, all in registers: row after row, the two vectors of a row side by side.
  private struct TileSums<S: Scalar> {
    var (c00, c01, c10, c11, c20, c21) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c30, c31, c40, c41, c50, c51) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())

    /// Adds the products of one step of K.
    @inline(__always)
    mutating func add(_ a: UnsafePointer<S>, rowStride: Int, _ b: UnsafePointer<S>) {
      let (b0, b1) = (load(b), load(b + S.Vector.scalarCount))
      var element = S.Vector(repeating: a[0])
      (c00, c01) = (c00.addingProduct(element, b0), c01.addingProduct(element, b1))
      element = S.Vector(repeating: a[rowStride])
      (c10, c11) = (c10.addingProduct(element, b0), c11.addingProduct(element, b1))
      element = S.Vector(repeating: a[2 &* rowStride])
      (c20, c21) = (c20.addingProduct(element, b0), c21.addingProduct(element, b1))
      element = S.Vector(repeating: a[3 &* rowStride])
      (c30, c31) = (c30.addingProduct(element, b0), c31.addingProduct(element, b1))
      element = S.Vector(repeating: a[4 &* rowStride])
      (c40, c41) = (c40.addingProduct(element, b0), c41.addingProduct(element, b1))
      element = S.Vector(repeating: a[5 &* rowStride])
      (c50, c51) = (c50.addingProduct(element, b0), c51.addingProduct(element, b1))
    }

    /// Hands row after row to the epilogue.
    @inline(__always)
    func store<E: TileEpilogue<S>>(row: Int, column: Int, _ epilogue: E) {
      epilogue.store(c00, c01, row: row, column: column)
      epilogue.store(c10, c11, row: row &+ 1, column: column)
      epilogue.store(c20, c21, row: row &+ 2, column: column)
      epilogue.store(c30, c31, row: row &+ 3, column: column)
      epilogue.store(c40, c41, row: row &+ 4, column: column)
      epilogue.store(c50, c51, row: row &+ 5, column: column)
    }
  }
#endif
