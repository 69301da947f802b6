// The columns of B, cut into panels as wide as a tile.

/// Where a block finds the panels of its columns of B, for one block of K.
protocol RightPanels<S> {
  associatedtype S: Scalar

  /// The panel that begins at a column, counted from the block's first; the one before it is not needed any more.
  func panel(at column: Int, columns: Int, depth: Int) -> RightPanel<S>
}

/// Panels one behind the other: packed, or the columns of a matrix in place.
struct PanelSequence<S: Scalar>: RightPanels {
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

  @inline(__always)
  func panel(at column: Int, columns: Int, depth: Int) -> RightPanel<S> {
    RightPanel(start + column / Tile.columns(S.self) * panelStride, stepStride: stepStride)
  }
}

/// Panels that are packed when their turn comes, each where the one before it was: in the first-level cache.
struct PanelsOnDemand<S: Scalar>: RightPanels {
  let matrix: Matrix<S>
  let step: Int
  let firstColumn: Int
  /// Memory for one panel.
  let panel: UnsafeMutablePointer<S>

  @inline(__always)
  func panel(at column: Int, columns: Int, depth: Int) -> RightPanel<S> {
    packColumns(matrix, step: step, depth: depth, column: firstColumn + column, count: columns, into: panel)
    return RightPanel(packed: panel)
  }
}
