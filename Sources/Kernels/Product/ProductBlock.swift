import Platform

/// Where the panels of some columns of B are: the first ones in place, the others packed.
struct RightPanels<S: Scalar> {
  let inPlace: UnsafePointer<S>
  let stepStride: Int
  let columnsInPlace: Int
  let packed: UnsafePointer<S>

  /// The panel that begins at a column, counted from the first.
  @inline(__always)
  func panel(at column: Int, depth: Int) -> RightPanel<S> {
    column < columnsInPlace
      ? RightPanel(inPlace + column, stepStride: stepStride)
      : RightPanel(packed: packed + (column - columnsInPlace) * depth)
  }
}

// MARK: - One block

/// Multiplies a block of A's rows by packed panels of B, for one block of K.
@inline(__always)
func multiplyBlock<S: Scalar, F: ProductFinish<S>>(
  _ a: Matrix<S>, rows: Range<Int>, step: Int, depth: Int, _ panels: RightPanels<S>, columns: Range<Int>,
  _ epilogue: MatrixEpilogue<F>, _ upcomingRows: UpcomingPart<S>, _ upcomingPanels: UpcomingPart<S>
) {
  let start = a.elements + rows.lowerBound * a.rowStride + step * a.columnStride
  let tileCount = (rows.count + Tile.rows - 1) / Tile.rows
  // Rows beyond the matrix cannot be read: a tile that overhangs is packed.
  let inPlace = isReadInPlace(a) ? rows.count / Tile.rows : 0
  let panelSize = Tile.rows * depth
  Arena.shared.withScratch(S.self, count: (tileCount - inPlace) * panelSize) { packedRows in
    for tile in inPlace..<tileCount {
      let row = rows.lowerBound + tile * Tile.rows
      packRows(
        a, row: row, count: min(Tile.rows, rows.upperBound - row), step: step, depth: depth,
        into: packedRows + (tile - inPlace) * panelSize)
    }
    if a.columnStride == 1 {
      multiplyTiles(
        start, Rows(rowStride: a.rowStride), inPlace: inPlace, packedRows: packedRows, rows: rows, panels,
        depth: depth, columns: columns, epilogue, upcomingRows, upcomingPanels)
    } else {
      multiplyTiles(
        start, SideBySide(stepStride: a.columnStride), inPlace: inPlace, packedRows: packedRows, rows: rows, panels,
        depth: depth, columns: columns, epilogue, upcomingRows, upcomingPanels)
    }
  }
}

/// Whether tiles of A are read where they lie.
///
/// Narrow tiles of a transposed matrix whose steps of K are whole pages apart are not: all of them fall into one set of
/// the first-level cache, and a tile has too little to do with a line to have it fetched anew.
@inline(__always)
private func isReadInPlace<S: Scalar>(_ a: Matrix<S>) -> Bool {
  a.columnStride == 1 || Tile.rows > 6 || a.columnStride * MemoryLayout<S>.stride % 4096 != 0
}

/// Multiplies tile after tile of A's rows by one panel of B after another.
@inline(__always)
private func multiplyTiles<S: Scalar, L: LeftLayout, F: ProductFinish<S>>(
  _ a: UnsafePointer<S>, _ layout: L, inPlace: Int, packedRows: UnsafePointer<S>, rows: Range<Int>,
  _ panels: RightPanels<S>, depth: Int, columns: Range<Int>, _ epilogue: MatrixEpilogue<F>,
  _ upcomingRows: UpcomingPart<S>, _ upcomingPanels: UpcomingPart<S>
) {
  let width = Tile.columns(S.self)
  let tileCount = (rows.count + Tile.rows - 1) / Tile.rows
  let times =
    (columns.count + width - 1) / width * tileCount
    * max(1, (depth + BlockSize.stepsBetweenFetches - 1) / BlockSize.stepsBetweenFetches)
  var upcoming = UpcomingParts(first: upcomingRows, second: upcomingPanels, times: times)
  for column in stride(from: 0, to: columns.count, by: width) {
    let panel = panels.panel(at: column, depth: depth)
    let (firstColumn, columnCount) = (columns.lowerBound + column, min(width, columns.count - column))
    for tile in 0..<inPlace {
      multiplyTile(
        a + tile * Tile.rows * layout.rowStride, layout, panel, depth: depth, row: rows.lowerBound + tile * Tile.rows,
        rows: Tile.rows, column: firstColumn, columns: columnCount, epilogue, meanwhile: &upcoming)
    }
    for tile in inPlace..<tileCount {
      let row = rows.lowerBound + tile * Tile.rows
      multiplyTile(
        packedRows + (tile - inPlace) * Tile.rows * depth, SideBySide(stepStride: Tile.rows), panel, depth: depth,
        row: row, rows: min(Tile.rows, rows.upperBound - row), column: firstColumn, columns: columnCount, epilogue,
        meanwhile: &upcoming)
    }
  }
}
