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

/// What becomes of a finished tile: the policy that ends a product.
protocol TileEpilogue<S> {
  associatedtype S: Scalar

  /// Takes two neighbouring vectors of the product at (`row`, `column`).
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int)

  /// Takes one element of the product, at the edge of the matrix.
  func store(_ element: S, row: Int, column: Int)
}

/// Multiplies a panel of A by a panel of B and hands the tile to the epilogue.
///
/// - Parameters:
///   - a: element (0, 0) of A's panel.
///   - rowStride: elements between rows of `a`.
///   - stepStride: elements between steps of K in `a`.
///   - b: B's packed panel, `depth` × `Tile.columns`.
///   - depth: K.
///   - row: the tile's first row in C.
///   - rows: valid rows of the tile; memory behind all of its rows must be readable.
///   - column: the tile's first column in C.
///   - columns: valid columns of the tile.
///   - epilogue: takes the tile.
@inline(__always)
func multiplyPanels<S: Scalar, E: TileEpilogue<S>>(
  _ a: UnsafePointer<S>, rowStride: Int, stepStride: Int, _ b: UnsafePointer<S>, depth: Int,
  row: Int, rows: Int, column: Int, columns: Int, _ epilogue: E
) {
  let whole = rows == Tile.rows && columns == Tile.columns(S.self)
  if whole {
    multiplyTile(a, rowStride: rowStride, stepStride: stepStride, b, depth: depth, row: row, column: column, epilogue)
  } else {
    withUnsafeTemporaryAllocation(of: S.self, capacity: Tile.rows * Tile.columns(S.self)) { scratch in
      let tile = scratch.baseAddress!
      multiplyTile(
        a, rowStride: rowStride, stepStride: stepStride, b, depth: depth, row: 0, column: 0,
        ScratchEpilogue(tile: tile))
      for i in 0..<rows {
        for j in 0..<columns {
          epilogue.store(tile[i * Tile.columns(S.self) + j], row: row + i, column: column + j)
        }
      }
    }
  }
}

/// Multiplies rows of A by a matrix B packed whole, panel by panel.
///
/// - Parameters:
///   - a: element (0, 0) of A; read where it lies, up to `Tile.rows` − 1 rows beyond the last one.
///   - rowStride: elements between rows of A.
///   - stepStride: elements between steps of K in A.
///   - rows: rows of A.
///   - packed: B's panels, each `depth` × `Tile.columns`.
///   - depth: K.
///   - columns: columns of B.
///   - epilogue: takes the tiles.
@inline(__always)
func multiplyPacked<S: Scalar, E: TileEpilogue<S>>(
  _ a: UnsafePointer<S>, rowStride: Int, stepStride: Int, rows: Int, _ packed: UnsafePointer<S>, depth: Int,
  columns: Int, _ epilogue: E
) {
  let width = Tile.columns(S.self)
  for column in stride(from: 0, to: columns, by: width) {
    for row in stride(from: 0, to: rows, by: Tile.rows) {
      multiplyPanels(
        a + row * rowStride, rowStride: rowStride, stepStride: stepStride, packed + column * depth, depth: depth,
        row: row, rows: min(Tile.rows, rows - row), column: column, columns: min(width, columns - column), epilogue)
    }
  }
}

/// Keeps a tile that overhangs the matrix, so that its valid part can be stored element by element.
private struct ScratchEpilogue<S: Scalar>: TileEpilogue {
  let tile: UnsafeMutablePointer<S>

  @inline(__always)
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int) {
    let start = tile + row * Tile.columns(S.self)
    Kernels.store(left, start)
    Kernels.store(right, start + S.Vector.scalarCount)
  }

  func store(_ element: S, row: Int, column: Int) {
    tile[row * Tile.columns(S.self) + column] = element
  }
}

#if X86_64_V4 || arch(arm64)
  @inline(__always)
  private func multiplyTile<S: Scalar, E: TileEpilogue<S>>(
    _ a: UnsafePointer<S>, rowStride: Int, stepStride: Int, _ b: UnsafePointer<S>, depth: Int,
    row: Int, column: Int, _ epilogue: E
  ) {
    var (c00, c01, c10, c11, c20, c21) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c30, c31, c40, c41, c50, c51) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c60, c61, c70, c71, c80, c81) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c90, c91, cA0, cA1, cB0, cB1) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    let width = S.Vector.scalarCount
    let (stride3, stride6, stride9) = (3 * rowStride, 6 * rowStride, 9 * rowStride)
    var (a, b) = (a, b)
    for _ in 0..<depth {
      let (b0, b1) = (load(b), load(b + width))
      var element = S.Vector(repeating: a[0])
      (c00, c01) = (c00.addingProduct(element, b0), c01.addingProduct(element, b1))
      element = S.Vector(repeating: a[rowStride])
      (c10, c11) = (c10.addingProduct(element, b0), c11.addingProduct(element, b1))
      element = S.Vector(repeating: a[2 * rowStride])
      (c20, c21) = (c20.addingProduct(element, b0), c21.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride3])
      (c30, c31) = (c30.addingProduct(element, b0), c31.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride3 + rowStride])
      (c40, c41) = (c40.addingProduct(element, b0), c41.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride3 + 2 * rowStride])
      (c50, c51) = (c50.addingProduct(element, b0), c51.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride6])
      (c60, c61) = (c60.addingProduct(element, b0), c61.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride6 + rowStride])
      (c70, c71) = (c70.addingProduct(element, b0), c71.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride6 + 2 * rowStride])
      (c80, c81) = (c80.addingProduct(element, b0), c81.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride9])
      (c90, c91) = (c90.addingProduct(element, b0), c91.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride9 + rowStride])
      (cA0, cA1) = (cA0.addingProduct(element, b0), cA1.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride9 + 2 * rowStride])
      (cB0, cB1) = (cB0.addingProduct(element, b0), cB1.addingProduct(element, b1))
      a += stepStride
      b += 2 * width
    }
    epilogue.store(c00, c01, row: row, column: column)
    epilogue.store(c10, c11, row: row + 1, column: column)
    epilogue.store(c20, c21, row: row + 2, column: column)
    epilogue.store(c30, c31, row: row + 3, column: column)
    epilogue.store(c40, c41, row: row + 4, column: column)
    epilogue.store(c50, c51, row: row + 5, column: column)
    epilogue.store(c60, c61, row: row + 6, column: column)
    epilogue.store(c70, c71, row: row + 7, column: column)
    epilogue.store(c80, c81, row: row + 8, column: column)
    epilogue.store(c90, c91, row: row + 9, column: column)
    epilogue.store(cA0, cA1, row: row + 10, column: column)
    epilogue.store(cB0, cB1, row: row + 11, column: column)
  }
#else
  @inline(__always)
  private func multiplyTile<S: Scalar, E: TileEpilogue<S>>(
    _ a: UnsafePointer<S>, rowStride: Int, stepStride: Int, _ b: UnsafePointer<S>, depth: Int,
    row: Int, column: Int, _ epilogue: E
  ) {
    var (c00, c01, c10, c11, c20, c21) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    var (c30, c31, c40, c41, c50, c51) = (S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector(), S.Vector())
    let width = S.Vector.scalarCount
    let stride3 = 3 * rowStride
    var (a, b) = (a, b)
    for _ in 0..<depth {
      let (b0, b1) = (load(b), load(b + width))
      var element = S.Vector(repeating: a[0])
      (c00, c01) = (c00.addingProduct(element, b0), c01.addingProduct(element, b1))
      element = S.Vector(repeating: a[rowStride])
      (c10, c11) = (c10.addingProduct(element, b0), c11.addingProduct(element, b1))
      element = S.Vector(repeating: a[2 * rowStride])
      (c20, c21) = (c20.addingProduct(element, b0), c21.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride3])
      (c30, c31) = (c30.addingProduct(element, b0), c31.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride3 + rowStride])
      (c40, c41) = (c40.addingProduct(element, b0), c41.addingProduct(element, b1))
      element = S.Vector(repeating: a[stride3 + 2 * rowStride])
      (c50, c51) = (c50.addingProduct(element, b0), c51.addingProduct(element, b1))
      a += stepStride
      b += 2 * width
    }
    epilogue.store(c00, c01, row: row, column: column)
    epilogue.store(c10, c11, row: row + 1, column: column)
    epilogue.store(c20, c21, row: row + 2, column: column)
    epilogue.store(c30, c31, row: row + 3, column: column)
    epilogue.store(c40, c41, row: row + 4, column: column)
    epilogue.store(c50, c51, row: row + 5, column: column)
  }
#endif
