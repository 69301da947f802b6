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

/// Packs columns that are contiguous along K: four steps of eight columns at a time.
@inline(__always)
private func packTransposed<S: Scalar>(
  _ source: UnsafePointer<S>, columnStride: Int, columns: Int, depth: Int, into panel: UnsafeMutablePointer<S>,
  width: Int
) {
  for first in stride(from: 0, to: columns, by: 8) {
    let target = panel + first
    var step = 0
    if first + 8 <= columns {
      @inline(__always)
      func column(_ i: Int) -> UnsafePointer<S> { source + (first &+ i) &* columnStride }
      let (c0, c1, c2, c3) = (column(0), column(1), column(2), column(3))
      let (c4, c5, c6, c7) = (column(4), column(5), column(6), column(7))
      while step &+ 4 <= depth {
        let steps = transposeFour(
          c0 + step, c1 + step, c2 + step, c3 + step, c4 + step, c5 + step, c6 + step, c7 + step)
        storeEight(steps.0, target + step &* width)
        storeEight(steps.1, target + (step &+ 1) &* width)
        storeEight(steps.2, target + (step &+ 2) &* width)
        storeEight(steps.3, target + (step &+ 3) &* width)
        step &+= 4
      }
    }
    while step < depth {
      for column in first..<min(columns, first + 8) {
        panel[step &* width &+ column] = source[column &* columnStride &+ step]
      }
      step &+= 1
    }
  }
}

/// A stride for lines of some length: an odd number of cache lines, so that neighbours fall into different sets.
@inline(__always)
func spreadStride<S: Scalar>(_ length: Int, _: S.Type) -> Int {
  let lineLength = 64 / MemoryLayout<S>.stride
  return ((length + lineLength - 1) / lineLength | 1) * lineLength
}

/// The smallest multiple of `multiple` that is at least `count`.
@inline(__always)
func roundUp(_ count: Int, to multiple: Int) -> Int {
  (count + multiple - 1) / multiple * multiple
}
