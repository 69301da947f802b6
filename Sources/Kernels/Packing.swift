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
  if count < width { panel.update(repeating: 0, count: depth * width) }
  if b.columnStride == 1 {
    for k in 0..<depth {
      let row = source + k * b.rowStride
      if count == width {
        store(load(row), panel + k * width)
        store(load(row + lanes), panel + k * width + lanes)
      } else {
        map(row, count: count, into: panel + k * width, .overwrite)
      }
    }
  } else if b.rowStride == 1 {
    packLines(source, lineStride: b.columnStride, lines: count, depth: depth, into: panel, width: width)
  } else {
    for k in 0..<depth {
      for j in 0..<count { panel[k * width + j] = source[k * b.rowStride + j * b.columnStride] }
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

/// Copies rows of A that are contiguous along K, from (`row`, `step`) on, into `FixedRows`.
///
/// Rows from `rows` up to a whole tile are zero.
@inline(__always)
func copyRows<S: Scalar>(
  _ a: Matrix<S>, row: Int, rows: Int, step: Int, depth: Int, into copy: UnsafeMutablePointer<S>
) {
  for i in 0..<rows {
    map(a.elements + (row + i) * a.rowStride + step, count: depth, into: copy + i * FixedRows.stride, .overwrite)
  }
  for i in rows..<roundUp(rows, to: Tile.rows) {
    (copy + i * FixedRows.stride).update(repeating: 0, count: depth)
  }
}

/// Elements from one panel of `PackedRows` to the next: a cache line more than it has, so that the panels that a step
/// of K is shared out to do not fall into one set of the cache.
@inline(__always)
func packedPanelSize(depth: Int) -> Int { Tile.rows * depth + 16 }

/// Packs rows of A from `row` on, K from `step` on, as panels of `PackedRows`, `packedPanelSize` elements apart.
///
/// What stands for rows from `rows` up to a whole tile is of no account; a vector more than the panels is written.
@inline(__always)
func packRows<S: Scalar>(
  _ a: Matrix<S>, row: Int, rows: Int, step: Int, depth: Int, into panels: UnsafeMutablePointer<S>
) {
  let panelSize = packedPanelSize(depth: depth)
  let tiles = (rows + Tile.rows - 1) / Tile.rows
  let source = a.elements + row * a.rowStride + step * a.columnStride
  let lanes = S.Vector.scalarCount
  let width = roundUp(Tile.rows, to: lanes)
  // Whole vectors: what is beyond a panel's width is overwritten by the next step, and what is beyond the last row is
  // the next step's. Only at the end of the matrix is there nothing beyond.
  var wholeSteps = 0
  if a.rowStride == 1 {
    let reach = row + (tiles - 1) * Tile.rows + width
    let room = (a.columns - 1 - step) * a.columnStride + a.rows - reach
    wholeSteps = room < 0 ? 0 : min(depth, room / max(1, a.columnStride) + 1)
  }
  for k in 0..<wholeSteps {
    var (line, panel) = (source + k &* a.columnStride, panels + k &* Tile.rows)
    for _ in 0..<tiles {
      for i in stride(from: 0, to: Tile.rows, by: lanes) { store(load(line + i), panel + i) }
      line += Tile.rows
      panel += panelSize
    }
  }
  for k in wholeSteps..<max(wholeSteps, depth) {
    for i in 0..<tiles * Tile.rows {
      let (tile, place) = (i / Tile.rows, i % Tile.rows)
      let element = i < rows ? source[i * a.rowStride + k * a.columnStride] : 0
      panels[tile * panelSize + k * Tile.rows + place] = element
    }
  }
}

/// Packs lines that are contiguous along K: a transposition, block by block in registers.
@inline(__always)
private func packLines<S: Scalar>(
  _ source: UnsafePointer<S>, lineStride: Int, lines: Int, depth: Int, into panel: UnsafeMutablePointer<S>, width: Int
) {
  let lanes = S.Vector.scalarCount
  for j in stride(from: 0, to: lines, by: lanes) {
    var k = 0
    if j + lanes <= lines {
      while k + lanes <= depth {
        transposeBlock(
          source + j * lineStride + k, rowStride: lineStride, into: panel + k * width + j, rowStride: width)
        k += lanes
      }
    }
    for step in k..<max(k, depth) {
      for line in j..<min(lines, j + lanes) { panel[step * width + line] = source[line * lineStride + step] }
    }
  }
}

/// The smallest multiple of `multiple` that is at least `count`.
@inline(__always)
func roundUp(_ count: Int, to multiple: Int) -> Int {
  (count + multiple - 1) / multiple * multiple
}
