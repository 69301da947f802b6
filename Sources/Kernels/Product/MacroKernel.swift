import Platform

/// Where a block finds the tiles of its rows of A, for one block of K: the first ones in place, the others copied.
private struct TilesOfA<S: Scalar, L: LayoutOfA> {
  let start: UnsafePointer<S>
  let layout: L
  let countInPlace: Int
  let copy: UnsafePointer<S>
  let layoutOfCopy: L

  /// Element (0, 0) of a tile, and how its rows lie.
  @inline(__always)
  subscript(tile: Int) -> (UnsafePointer<S>, L) {
    tile < countInPlace
      ? (start + tile * Tile.rows * layout.rowStride, layout)
      : (copy + (tile - countInPlace) * Tile.rows * layoutOfCopy.rowStride, layoutOfCopy)
  }
}

/// Whether lines that lie as far apart fall into so few sets of the first-level cache that they drive each other out.
@inline(__always)
private func collide<S: Scalar>(linesApart stride: Int, _: S.Type) -> Bool {
  stride * MemoryLayout<S>.stride % 4096 == 0
}

// MARK: - One block

/// The macro-kernel: multiplies a block of A's rows by micro-panels of B, for one block of K.
///
/// Rows that are contiguous along K are read in place, but for a tile that overhangs the matrix. Rows of a matrix that
/// lies transposed are not: their lines, one for each step of K, are far apart and used in part by each tile. Only there
/// the sums of the rows can be had on the way.
@inline(__always)
func multiplyBlock<S: Scalar, P: MicroPanels<S>, F: ProductFinish<S>>(
  _ a: Matrix<S>, rows: Range<Int>, step: Int, depth: Int, _ b: P, columns: Range<Int>,
  _ epilogue: MatrixEpilogue<F>, _ upcomingRows: UpcomingPart<S>, _ upcomingB: UpcomingPart<S>,
  addingRowsTo rowSums: UnsafeMutablePointer<S>? = nil
) {
  assert(rowSums == nil || a.columnStride != 1, "multiplyBlock: sums of rows that lie in place")
  let start = a.elements + rows.lowerBound * a.rowStride + step * a.columnStride
  if a.columnStride == 1 {
    let inPlace = collide(linesApart: a.rowStride, S.self) ? 0 : rows.count / Tile.rows
    let rowsInPlace = inPlace * Tile.rows
    let rest = BlockOfA(
      start: start + rowsInPlace * a.rowStride, stride: a.rowStride, count: rows.count - rowsInPlace, length: depth)
    rest.withPacked(count: roundUp(rest.count, to: Tile.rows), length: depth) { copy, stride in
      let tiles = TilesOfA(
        start: start, layout: RowMajor(rowStride: a.rowStride), countInPlace: inPlace, copy: copy,
        layoutOfCopy: RowMajor(rowStride: stride))
      multiplyTiles(tiles, rows: rows, b, depth: depth, columns: columns, epilogue, upcomingRows, upcomingB)
    }
  } else {
    let block = BlockOfA(start: start, stride: a.columnStride, count: depth, length: rows.count)
    block.withPacked(
      count: depth, length: roundUp(rows.count, to: Tile.rows), addingTo: rowSums
    ) { copy, stride in
      let layout = ColumnMajor(stepStride: stride)
      let tiles = TilesOfA(start: copy, layout: layout, countInPlace: 0, copy: copy, layoutOfCopy: layout)
      multiplyTiles(tiles, rows: rows, b, depth: depth, columns: columns, epilogue, upcomingRows, upcomingB)
    }
  }
}

/// Multiplies tile after tile of A's rows by one micro-panel of B after another.
@inline(__always)
private func multiplyTiles<S: Scalar, L: LayoutOfA, P: MicroPanels<S>, F: ProductFinish<S>>(
  _ tiles: TilesOfA<S, L>, rows: Range<Int>, _ b: P, depth: Int, columns: Range<Int>,
  _ epilogue: MatrixEpilogue<F>, _ upcomingRows: UpcomingPart<S>, _ upcomingB: UpcomingPart<S>
) {
  let width = Tile.columns(S.self)
  let tileCount = (rows.count + Tile.rows - 1) / Tile.rows
  let times =
    (columns.count + width - 1) / width * tileCount
    * max(1, (depth + BlockSize.stepsBetweenFetches - 1) / BlockSize.stepsBetweenFetches)
  var upcoming = Upcoming(Fetched(upcomingRows, times: times), Fetched(upcomingB, times: times))
  var memory = TileMemory<S>()
  for column in stride(from: 0, to: columns.count, by: width) {
    let (firstColumn, columnCount) = (columns.lowerBound + column, min(width, columns.count - column))
    let panel = b.panel(at: column, columns: columnCount, depth: depth)
    for tile in 0..<tileCount {
      let (a, layout) = tiles[tile]
      let row = rows.lowerBound + tile * Tile.rows
      let place = TilePlace(
        row: row, rows: min(Tile.rows, rows.upperBound - row), column: firstColumn, columns: columnCount)
      multiplyTile(a, layout, panel, depth: depth, place, epilogue, memory: &memory, upcoming: &upcoming)
    }
  }
}
