// The innermost loop of every matrix product: a tile of C held in registers while K is walked.
//
// Legend: the tile is `Tile.rows` × some vectors. A is read where it lies; B as micro-panels, as many vectors for each step
// of K, packed behind one another or in place as well.
//
// The loop is a function of its own for each width of tile and each layout of A, and knows no epilogue. Inlined into every
// product with every epilogue, products were seven tenths of what the compiler optimized of this module.

/// Multiplies a tile of A's rows by a micro-panel of B and hands the tile to the epilogue.
///
/// - Parameters:
///   - a: element (0, 0) of A's rows.
///   - layout: how they lie.
///   - panel: `Tile.columns` columns of B.
///   - depth: K.
///   - place: where the tile lies in C; memory behind all of its rows of A must be readable.
///   - epilogue: takes the tile.
///   - memory: where the finished tile is kept for the epilogue; in the first-level cache after the first tile.
///   - upcoming: proceeds a little every `BlockSize.stepsBetweenFetches` steps of K.
@inline(__always)
func multiplyTile<S: Scalar, L: LayoutOfA, E: TileEpilogue<S>>(
  _ a: UnsafePointer<S>, _ layout: L, _ panel: MicroPanel<S>, depth: Int, _ place: TilePlace, _ epilogue: E,
  memory: inout TileMemory<S>, upcoming: inout Upcoming<S>
) {
  let lines = epilogue.lines(row: place.row, column: place.column)
  memory.withPointer { tile in
    if place.columns > Tile.narrowColumns(S.self) {
      sumTile(Tile.Row<S>.self, a, layout, panel, depth: depth, rows: place.rows, lines, &upcoming, into: tile)
      storeTile(tile, Tile.Row<S>.self, place, epilogue)
    } else {
      sumTile(Pair<S>.self, a, layout, panel, depth: depth, rows: place.rows, lines, &upcoming, into: tile)
      storeTile(tile, Pair<S>.self, place, epilogue)
    }
  }
}

/// Sums the products of a tile over K into `tile`, row after row.
///
/// `rows` of the tile lie in C. Their `lines`, memory that the epilogue will need, are asked for in the first half of the
/// steps.
@inline(never)
private func sumTile<Row: TileRow, L: LayoutOfA>(
  _: Row.Type, _ a: UnsafePointer<Row.S>, _ layout: L, _ panel: MicroPanel<Row.S>, depth: Int, rows: Int,
  _ lines: EpilogueLines<Row.S>, _ upcoming: inout Upcoming<Row.S>, into tile: UnsafeMutablePointer<Row.S>
) {
  let (rowStride, stepStride, panelStride) = (layout.rowStride, layout.stepStride, panel.stepStride)
  var sums = TileAccumulators<Row>()
  var (a, b) = (a, panel.start)
  let rowsAtOnce = 2 &* rows &* BlockSize.stepsBetweenFetches / max(depth, 1) &+ 1
  var asked = 0
  for start in stride(from: 0, to: depth, by: BlockSize.stepsBetweenFetches) {
    if asked < rows {
      lines.prefetch(rows: asked..<min(asked &+ rowsAtOnce, rows), vectors: Row.vectors)
      asked &+= rowsAtOnce
    }
    upcoming.proceed()
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
  sums.store(to: tile)
}

/// Hands on what lies in C of a tile, two vectors at a time.
@inline(__always)
private func storeTile<Row: TileRow, E: TileEpilogue<Row.S>>(
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

/// Where a tile lies in C, and how much of it does.
struct TilePlace {
  /// The tile's first row in C.
  let row: Int
  /// Valid rows of the tile.
  let rows: Int
  /// The tile's first column in C.
  let column: Int
  /// Valid columns of the tile.
  let columns: Int
}
