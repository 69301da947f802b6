// Panels: a matrix laid out again so that the micro-kernel reads it front to back.

/// Packs `count` columns of B from `column` on, K from `step` on, as one panel `[depth, Tile.columns]`.
///
/// Columns beyond `count` are zero.
@inline(__always)
func packColumns<S: Scalar>(
  _ b: Matrix<S>, step: Int, depth: Int, column: Int, count: Int, into panel: UnsafeMutablePointer<S>
) {
  let width = Tile.columns(S.self)
  let lanes = S.Vector.scalarCount
  let source = b.elements + step * b.rowStride + column * b.columnStride
  if count == width && b.columnStride == 1 {
    for k in 0..<depth {
      let row = source + k * b.rowStride
      store(load(row), panel + k * width)
      store(load(row + lanes), panel + k * width + lanes)
    }
  } else if b.rowStride == 1 {
    if count < width { panel.update(repeating: 0, count: depth * width) }
    packLines(source, lineStride: b.columnStride, lines: count, depth: depth, into: panel, width: width)
  } else {
    for k in 0..<depth {
      for j in 0..<width {
        panel[k * width + j] = j < count ? source[k * b.rowStride + j * b.columnStride] : 0
      }
    }
  }
}

/// Packs all of B, panel after panel.
@inline(__always)
func packAllColumns<S: Scalar>(_ b: Matrix<S>, into packed: UnsafeMutablePointer<S>) {
  let width = Tile.columns(S.self)
  for column in stride(from: 0, to: b.columns, by: width) {
    packColumns(
      b, step: 0, depth: b.rows, column: column, count: min(width, b.columns - column),
      into: packed + column * b.rows)
  }
}

/// Packs `count` rows of A from `row` on, K from `step` on, as one panel `[depth, Tile.rows]`.
///
/// Rows beyond `count` are zero.
@inline(__always)
func packRows<S: Scalar>(
  _ a: Matrix<S>, step: Int, depth: Int, row: Int, count: Int, into panel: UnsafeMutablePointer<S>
) {
  let source = a.elements + row * a.rowStride + step * a.columnStride
  if count == Tile.rows && a.rowStride == 1 {
    for k in 0..<depth {
      let line = source + k * a.columnStride
      (panel + k * Tile.rows).update(from: line, count: Tile.rows)
    }
  } else if a.columnStride == 1 {
    if count < Tile.rows { panel.update(repeating: 0, count: depth * Tile.rows) }
    packLines(source, lineStride: a.rowStride, lines: count, depth: depth, into: panel, width: Tile.rows)
  } else {
    for k in 0..<depth {
      for i in 0..<Tile.rows {
        panel[k * Tile.rows + i] = i < count ? source[i * a.rowStride + k * a.columnStride] : 0
      }
    }
  }
}

/// Packs lines that are contiguous along K: a transposition, eight steps of a line at a time.
@inline(__always)
private func packLines<S: Scalar>(
  _ source: UnsafePointer<S>, lineStride: Int, lines: Int, depth: Int, into panel: UnsafeMutablePointer<S>, width: Int
) {
  var k = 0
  while k < depth {
    let steps = min(8, depth - k)
    for j in 0..<lines {
      let line = source + j * lineStride + k
      let target = panel + k * width + j
      for s in 0..<steps { target[s * width] = line[s] }
    }
    k += steps
  }
}
