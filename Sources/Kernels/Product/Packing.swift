import Platform

// Micro-panels: B laid out again so that the micro-kernel reads it front to back.

/// Packs `count` columns of B from `column` on, K from `step` on, as one micro-panel `[depth, Tile.columns]`.
///
/// Columns beyond `count` are zero.
@inline(__always)
func packPanel<S: Scalar>(
  _ b: Matrix<S>, step: Int, depth: Int, column: Int, count: Int, into panel: UnsafeMutablePointer<S>
) {
  let width = Tile.columns(S.self)
  let lanes = S.Vector.scalarCount
  let source = b.elements + step * b.rowStride + column * b.columnStride
  if count < width { panel.update(repeating: 0, count: depth * width) }
  if b.columnStride == 1 {
    for k in 0..<depth {
      let row = source + k * b.rowStride
      if count == width {
        for j in stride(from: 0, to: width, by: lanes) { store(load(row + j), panel + k * width + j) }
      } else {
        map(row, count: count, into: panel + k * width, .overwrite)
      }
    }
  } else {
    assert(b.rowStride == 1, "packPanel: neither rows nor columns of the matrix are contiguous")
    packTransposed(source, columnStride: b.columnStride, columns: count, depth: depth, into: panel, width: width)
  }
}

/// Packs all of B, micro-panel after micro-panel.
@inline(__always)
func packB<S: Scalar>(_ b: Matrix<S>, into packed: UnsafeMutablePointer<S>) {
  let width = Tile.columns(S.self)
  for column in stride(from: 0, to: b.columns, by: width) {
    packPanel(
      b, step: 0, depth: b.rows, column: column, count: min(width, b.columns - column),
      into: packed + column * b.rows)
  }
}

/// Packs columns that are contiguous along K: a transposition, block by block in registers.
@inline(__always)
private func packTransposed<S: Scalar>(
  _ source: UnsafePointer<S>, columnStride: Int, columns: Int, depth: Int, into panel: UnsafeMutablePointer<S>,
  width: Int
) {
  let lanes = S.Vector.scalarCount
  Arena.shared.withScratch(S.self, count: 2 * lanes * lanes) { scratch in
    for j in stride(from: 0, to: columns, by: lanes) {
      var k = 0
      if j + lanes <= columns {
        while k + lanes <= depth {
          transposeBlock(
            source + j * columnStride + k, rowStride: columnStride, into: panel + k * width + j, rowStride: width,
            scratch: scratch)
          k += lanes
        }
      }
      for step in k..<max(k, depth) {
        for column in j..<min(columns, j + lanes) {
          panel[step * width + column] = source[column * columnStride + step]
        }
      }
    }
  }
}

/// The smallest multiple of `multiple` that is at least `count`.
@inline(__always)
func roundUp(_ count: Int, to multiple: Int) -> Int {
  (count + multiple - 1) / multiple * multiple
}
