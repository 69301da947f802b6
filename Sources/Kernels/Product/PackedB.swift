// The columns of B, cut into micro-panels as wide as a tile.

/// Where the macro-kernel finds the micro-panels of its columns of B, for one block of K.
protocol MicroPanels<S> {
  associatedtype S: Scalar

  /// The micro-panel that begins at a column, counted from the block's first; the one before it is not needed any more.
  func panel(at column: Int, columns: Int, depth: Int) -> MicroPanel<S>
}

/// Micro-panels one behind the other: packed, or the columns of a matrix in place.
struct PackedB<S: Scalar>: MicroPanels {
  private let start: UnsafePointer<S>
  private let stepStride: Int
  private let panelStride: Int

  /// Packed micro-panels.
  @inline(__always)
  init(_ start: UnsafePointer<S>, depth: Int) {
    self.start = start
    stepStride = Tile.columns(S.self)
    panelStride = depth * Tile.columns(S.self)
  }

  /// A row-major matrix, read in place: up to whole micro-panels of columns.
  @inline(__always)
  init(inPlace start: UnsafePointer<S>, rowStride: Int) {
    self.start = start
    stepStride = rowStride
    panelStride = Tile.columns(S.self)
  }

  @inline(__always)
  func panel(at column: Int, columns: Int, depth: Int) -> MicroPanel<S> {
    MicroPanel(start + column / Tile.columns(S.self) * panelStride, stepStride: stepStride)
  }
}

/// Micro-panels that are packed when their turn comes, each where the one before it was: in the first-level cache.
struct PackedOnDemand<S: Scalar>: MicroPanels {
  let matrix: Matrix<S>
  let step: Int
  let firstColumn: Int
  /// Memory for one micro-panel.
  let panel: UnsafeMutablePointer<S>

  @inline(__always)
  func panel(at column: Int, columns: Int, depth: Int) -> MicroPanel<S> {
    packPanel(matrix, step: step, depth: depth, column: firstColumn + column, count: columns, into: panel)
    return MicroPanel(packed: panel)
  }
}
