/// Whether lines that lie as far apart fall into so few sets of the first-level cache that they drive each other out.
@inline(__always)
private func collide<S: Scalar>(linesApart stride: Int, _: S.Type) -> Bool {
  stride * MemoryLayout<S>.stride % 4096 == 0
}

// MARK: - One block

/// The macro-kernel: multiplies a block of A's rows by micro-panels of B, for one block of K.
///
/// A block of a matrix that lies transposed is packed: its lines, one for each step of K, are far apart and used in part by
/// each tile. Only there the sums of the rows can be had on the way. Rows that are contiguous along K are packed where it
/// pays, copied where they collide, and read in place elsewhere, but for a tile that overhangs the matrix.
@inline(__always)
func multiplyBlock<S: Scalar, P: MicroPanels<S>, F: ProductFinish<S>>(
  _ a: Matrix<S>, rows: Range<Int>, step: Int, depth: Int, _ b: P, columns: Range<Int>,
  _ epilogue: MatrixEpilogue<F>, _ upcomingRows: UpcomingPart<S>, _ upcomingB: UpcomingPart<S>,
  addingRowsTo rowSums: UnsafeMutablePointer<S>? = nil
) {
  assert(rowSums == nil || a.columnStride != 1, "multiplyBlock: sums of rows that do not lie transposed")
  let steps = step..<step + depth
  if a.columnStride != 1 || columns.count >= BlockSize.columnsWorthPacking {
    BlockOfA(a, rows: rows, steps: steps).withPacked(addingTo: rowSums) { packed in
      multiplyTiles(packed, rows: rows, b, depth: depth, columns: columns, epilogue, upcomingRows, upcomingB)
    }
  } else {
    let countInPlace = collide(linesApart: a.rowStride, S.self) ? 0 : rows.count / Tile.rows
    let others = rows.lowerBound + countInPlace * Tile.rows..<rows.upperBound
    BlockOfA(a, rows: others, steps: steps).withCopied { copied in
      let start = a.elements + rows.lowerBound * a.rowStride + step
      let tiles = TilesOfA(rowMajor: start, rowStride: a.rowStride).first(countInPlace, then: copied)
      multiplyTiles(tiles, rows: rows, b, depth: depth, columns: columns, epilogue, upcomingRows, upcomingB)
    }
  }
}

/// Multiplies tile after tile of A's rows by one micro-panel of B after another.
@inline(__always)
private func multiplyTiles<S: Scalar, P: MicroPanels<S>, F: ProductFinish<S>>(
  _ tiles: TilesOfA<S>, rows: Range<Int>, _ b: P, depth: Int, columns: Range<Int>,
  _ epilogue: MatrixEpilogue<F>, _ upcomingRows: UpcomingPart<S>, _ upcomingB: UpcomingPart<S>
) {
  let width = Tile.columns(S.self)
  let tileCount = (rows.count + Tile.rows - 1) / Tile.rows
  let times = (columns.count + width - 1) / width * tileCount * BlockSize.fetchRounds(depth: depth)
  var upcoming = Upcoming(Fetched(upcomingRows, times: times), Fetched(upcomingB, times: times))
  var memory = TileMemory<S>()
  for column in stride(from: 0, to: columns.count, by: width) {
    let (firstColumn, columnCount) = (columns.lowerBound + column, min(width, columns.count - column))
    let panel = b.panel(at: column, columns: columnCount, depth: depth)
    for tile in 0..<tileCount {
      let row = rows.lowerBound + tile * Tile.rows
      let place = TilePlace(
        row: row, rows: min(Tile.rows, rows.upperBound - row), column: firstColumn, columns: columnCount)
      multiplyTile(tiles[tile], panel, depth: depth, place, epilogue, memory: &memory, upcoming: &upcoming)
    }
  }
}
