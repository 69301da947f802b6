// The innermost loop of every matrix product: a tile of C held in registers while K is walked.
//
// Legend: the tile is `Tile.rows` × 2 vectors. A is read where it lies; B as panels, two vectors for each step of K, packed
// behind one another or in place as well.

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
func multiplyTile<S: Scalar, L: LeftLayout, E: TileEpilogue<S>, F: Fetching>(
  _ a: UnsafePointer<S>, _ layout: L, _ panel: RightPanel<S>, depth: Int, row: Int, rows: Int, column: Int,
  columns: Int, _ epilogue: E, meanwhile: inout F
) {
  let place = TilePlace(row: row, rows: rows, column: column, columns: columns)
  let (rowStride, stepStride, panelStride) = (layout.rowStride, layout.stepStride, panel.stepStride)
  var sums = TileSums<S>()
  var (a, b) = (a, panel.start)
  // All rows of C are asked for in the first half of the steps.
  let rowsAtOnce = 2 &* place.rows &* BlockSize.stepsBetweenFetches / max(depth, 1) &+ 1
  var asked = 0
  for step in 0..<depth {
    if step % BlockSize.stepsBetweenFetches == 0 {
      if asked < place.rows {
        epilogue.prefetch(
          row: place.row &+ asked, column: place.column, rows: min(rowsAtOnce, place.rows &- asked))
        asked &+= rowsAtOnce
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
