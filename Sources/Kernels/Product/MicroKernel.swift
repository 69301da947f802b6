// The innermost loop of every matrix product: a tile of C held in registers while K is walked.
//
// Legend: the tile is `Tile.rows` × some vectors. A is read where it lies; B as micro-panels, as many vectors for each step of K,
// packed behind one another or in place as well.

/// Multiplies a tile of A's rows by a micro-panel of B and hands the tile to the epilogue.
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
func multiplyTile<S: Scalar, L: LayoutOfA, E: TileEpilogue<S>, F: Fetching>(
  _ a: UnsafePointer<S>, _ layout: L, _ panel: MicroPanel<S>, depth: Int, row: Int, rows: Int, column: Int,
  columns: Int, _ epilogue: E, meanwhile: inout F
) {
  let place = TilePlace(row: row, rows: rows, column: column, columns: columns)
  if columns > Tile.narrowColumns(S.self) {
    multiplyTile(Tile.Row<S>.self, a, layout, panel, depth: depth, place, epilogue, meanwhile: &meanwhile)
  } else {
    multiplyTile(Pair<S>.self, a, layout, panel, depth: depth, place, epilogue, meanwhile: &meanwhile)
  }
}

/// Multiplies a tile of one width or the other.
@inline(__always)
private func multiplyTile<Row: TileRow, L: LayoutOfA, E: TileEpilogue<Row.S>, F: Fetching>(
  _: Row.Type, _ a: UnsafePointer<Row.S>, _ layout: L, _ panel: MicroPanel<Row.S>, depth: Int, _ place: TilePlace,
  _ epilogue: E, meanwhile: inout F
) {
  let (rowStride, stepStride, panelStride) = (layout.rowStride, layout.stepStride, panel.stepStride)
  var sums = TileAccumulators<Row>()
  var (a, b) = (a, panel.start)
  // All rows of C are asked for in the first half of the steps.
  let rowsAtOnce = 2 &* place.rows &* BlockSize.stepsBetweenFetches / max(depth, 1) &+ 1
  var asked = 0
  for start in stride(from: 0, to: depth, by: BlockSize.stepsBetweenFetches) {
    if asked < place.rows {
      epilogue.prefetch(
        row: place.row &+ asked, column: place.column, rows: min(rowsAtOnce, place.rows &- asked), vectors: Row.vectors)
      asked &+= rowsAtOnce
    }
    meanwhile.proceed()
    let steps = min(BlockSize.stepsBetweenFetches, depth &- start)
    // Four steps a round save the instructions of the loop; the barriers keep the loads of one step from moving into
    // those before it, for which there are no registers.
    for _ in 0..<steps / 4 {
      sums.add(a, rowStride: rowStride, b)
      keepOrder()
      sums.add(a + stepStride, rowStride: rowStride, b + panelStride)
      keepOrder()
      sums.add(a + 2 &* stepStride, rowStride: rowStride, b + 2 &* panelStride)
      keepOrder()
      sums.add(a + 3 &* stepStride, rowStride: rowStride, b + 3 &* panelStride)
      keepOrder()
      a += 4 &* stepStride
      b += 4 &* panelStride
    }
    for _ in 0..<steps % 4 {
      sums.add(a, rowStride: rowStride, b)
      a += stepStride
      b += panelStride
    }
  }
  if !E.isLong && place.isWhole(Row.self) {
    sums.store(row: place.row, column: place.column, epilogue)
  } else {
    // In memory the sums lie row after row. A copy, since what has an address does not stay in registers.
    let tile = sums
    withUnsafeBytes(of: tile) {
      storeOverhanging($0.baseAddress!.assumingMemoryBound(to: Row.S.self), Row.self, place, epilogue)
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
  func isWhole<Row: TileRow>(_: Row.Type) -> Bool {
    rows == Tile.rows && columns == Row.vectors * Row.S.Vector.scalarCount
  }
}

/// Hands on what lies in C of a tile that may overhang it, two vectors at a time.
@inline(__always)
private func storeOverhanging<Row: TileRow, E: TileEpilogue<Row.S>>(
  _ tile: UnsafePointer<Row.S>, _: Row.Type, _ place: TilePlace, _ epilogue: E
) {
  let lanes = Row.S.Vector.scalarCount
  for i in 0..<place.rows {
    for offset in stride(from: 0, to: place.columns, by: 2 * lanes) {
      let start = tile + (i * Row.vectors * lanes + offset)
      let (left, right) = (load(start), load(start + lanes))
      let count = place.columns - offset
      if count >= 2 * lanes {
        epilogue.store(left, right, row: place.row + i, column: place.column + offset)
      } else {
        epilogue.store(left, right, row: place.row + i, column: place.column + offset, count: count)
      }
    }
  }
}
