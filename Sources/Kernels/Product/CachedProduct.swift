/// The macro-kernel for operands that are in the cache already: multiplies rows of A by packed B.
///
/// - Parameters:
///   - a: the first tile of A; the last one is read up to `Tile.rows` − 1 rows beyond the last row.
///   - rows: rows of A.
///   - b: B, packed, or in place.
///   - depth: K.
///   - columns: columns of B.
///   - epilogue: takes the tiles.
///   - upcoming: proceeds a little with every tile.
@inline(__always)
func multiplyCached<S: Scalar, E: TileEpilogue<S>>(
  _ a: TileOfA<S>, rows: Int, _ b: PackedB<S>, depth: Int, columns: Int, _ epilogue: E,
  upcoming: inout Upcoming<S>
) {
  let width = Tile.columns(S.self)
  var memory = TileMemory<S>()
  for column in stride(from: 0, to: columns, by: width) {
    let columnCount = min(width, columns - column)
    let panel = b.panel(at: column, columns: columnCount, depth: depth)
    for row in stride(from: 0, to: rows, by: Tile.rows) {
      let place = TilePlace(row: row, rows: min(Tile.rows, rows - row), column: column, columns: columnCount)
      multiplyTile(
        a.advanced(by: row &* a.rowStride), panel, depth: depth, place, epilogue, memory: &memory, upcoming: &upcoming)
    }
  }
}
