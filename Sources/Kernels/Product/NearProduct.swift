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
///   - meanwhile: proceeds a little with every tile.
@inline(__always)
func multiplyNear<S: Scalar, L: LeftLayout, E: TileEpilogue<S>, F: Fetching>(
  _ a: UnsafePointer<S>, _ layout: L, rows: Int, _ panels: PanelSequence<S>, depth: Int, columns: Int, _ epilogue: E,
  meanwhile: inout F
) {
  let width = Tile.columns(S.self)
  for column in stride(from: 0, to: columns, by: width) {
    let panel = panels[column / width]
    for row in stride(from: 0, to: rows, by: Tile.rows) {
      multiplyTile(
        a + row * layout.rowStride, layout, panel, depth: depth, row: row, rows: min(Tile.rows, rows - row),
        column: column, columns: min(width, columns - column), epilogue, meanwhile: &meanwhile)
    }
  }
}
