// The innermost loop of every matrix product: a tile of C held in registers while K is walked.
//
// The tile is `Tile.rows` × some vectors. A is read packed or where it lies; B as micro-panels, as many vectors for
// each step of K, packed behind one another or in place as well.
//
// The loop is a function of its own for each width of tile and each layout of A, and knows no epilogue but the addition of
// rows. Inlined into every product with every epilogue, products were seven tenths of what the compiler optimized of this
// module.

/// Multiplies a tile of A's rows by a micro-panel of B; what becomes of the tile, the epilogue says.
///
/// - Parameters:
///   - a: the tile's rows of A.
///   - panel: `Tile.columns` columns of B.
///   - depth: K.
///   - place: where the tile lies in C; memory behind all of its rows of A must be readable.
///   - epilogue: says where the tile goes, or takes it.
///   - memory: where a finished tile is kept that the epilogue takes; in the first-level cache after the first tile.
///   - upcoming: proceeds a little in every round of steps (`BlockSize.fetchRounds`).
@inline(__always)
func multiplyTile<S: Scalar, E: TileEpilogue<S>>(
  _ a: TileOfA<S>, _ panel: MicroPanel<S>, depth: Int, _ place: TilePlace, _ epilogue: E,
  memory: inout TileMemory<S>, upcoming: inout Upcoming<S>
) {
  if place.columns > Tile.narrowColumns(S.self) {
    multiplyTile(Tile.Row<S>.self, a, panel, depth: depth, place, epilogue, memory: &memory, upcoming: &upcoming)
  } else {
    multiplyTile(Pair<S>.self, a, panel, depth: depth, place, epilogue, memory: &memory, upcoming: &upcoming)
  }
}

/// The same with a tile of some width: straight to C where the epilogue allows, else by way of `memory`.
@inline(__always)
private func multiplyTile<Row: TileRow, E: TileEpilogue<Row.S>>(
  _: Row.Type, _ a: TileOfA<Row.S>, _ panel: MicroPanel<Row.S>, depth: Int, _ place: TilePlace, _ epilogue: E,
  memory: inout TileMemory<Row.S>, upcoming: inout Upcoming<Row.S>
) {
  let lines = epilogue.lines(row: place.row, column: place.column)
  let width = Row.vectors &* Row.S.Vector.scalarCount
  if place.columns == width, let target = epilogue.target(row: place.row, column: place.column) {
    sumTile(Row.self, a, panel, depth: depth, rows: place.rows, lines, &upcoming, into: target)
  } else {
    memory.withPointer { tile in
      let target = TileTarget(start: tile, rowStride: width)
      sumTile(Row.self, a, panel, depth: depth, rows: place.rows, lines, &upcoming, into: target)
      storeTile(tile, Row.self, place, epilogue)
    }
  }
}

/// Sums the products of a tile over K, in the loop for the layout of A.
///
/// A layout is known by its strides: 1 from row to row and `Tile.rows` from step to step is a micro-panel, wherever it came
/// from. `rows` of the tile lie in C. Their `lines`, memory that the epilogue will need, are asked for on the way.
@inline(__always)
func sumTile<Row: TileRow>(
  _: Row.Type, _ a: TileOfA<Row.S>, _ panel: MicroPanel<Row.S>, depth: Int, rows: Int,
  _ lines: EpilogueLines<Row.S>, _ upcoming: inout Upcoming<Row.S>, into target: TileTarget<Row.S>
) {
  if a.rowStride != 1 {
    let layout = RowMajor(rowStride: a.rowStride)
    sumTile(Row.self, a.start, layout, panel, depth: depth, rows: rows, lines, &upcoming, into: target)
  } else if a.stepStride == Tile.rows {
    sumTile(Row.self, a.start, MicroPanelOfA(), panel, depth: depth, rows: rows, lines, &upcoming, into: target)
  } else {
    let layout = ColumnMajor(stepStride: a.stepStride)
    sumTile(Row.self, a.start, layout, panel, depth: depth, rows: rows, lines, &upcoming, into: target)
  }
}

/// The loop itself.
///
/// A round has one loop and nothing behind it. With a second loop for what is left of its steps, the compiler moved all sums
/// to the stack and back between the two.
@inline(never)
private func sumTile<Row: TileRow, L: LayoutOfA>(
  _: Row.Type, _ a: UnsafePointer<Row.S>, _ layout: L, _ panel: MicroPanel<Row.S>, depth: Int, rows: Int,
  _ lines: EpilogueLines<Row.S>, _ upcoming: inout Upcoming<Row.S>, into target: TileTarget<Row.S>
) {
  let (rowStride, stepStride, panelStride) = (layout.rowStride, layout.stepStride, panel.stepStride)
  var sums = TileAccumulators<Row>()
  var (a, b) = (a, panel.start)
  let rounds = BlockSize.fetchRounds(depth: depth)
  let foursInRound = depth / 4 / rounds
  var fours = depth / 4 &- (rounds &- 1) &* foursInRound
  var lines = LinesToFetch(lines, rows: rows, rounds: rounds)
  for _ in 0..<rounds {
    lines.proceed(vectors: Row.vectors)
    upcoming.proceed()
    // Four steps at once save the instructions of the loop; the barriers keep the loads of one step from moving into
    // those before it, for which there are no registers.
    for _ in 0..<fours {
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
    fours = foursInRound
  }
  for _ in 0..<depth % 4 {
    sums.add(a, rowStride: rowStride, b)
    a += stepStride
    b += panelStride
  }
  sums.store(rows: rows, to: target)
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
