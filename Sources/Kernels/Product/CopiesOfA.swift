import Platform

// Rows of A that the micro-kernel does not read where they lie: packed as micro-panels, or copied row by row.

/// Some rows of A for some steps of K.
struct BlockOfA<S: Scalar> {
  private let start: UnsafePointer<S>
  private let rowStride: Int
  private let stepStride: Int
  private let count: Int
  private let depth: Int

  @inline(__always)
  init(_ a: Matrix<S>, rows: Range<Int>, steps: Range<Int>) {
    start = a.elements + rows.lowerBound * a.rowStride + steps.lowerBound * a.columnStride
    (rowStride, stepStride) = (a.rowStride, a.columnStride)
    (count, depth) = (rows.count, steps.count)
  }

  private var tiles: Int { (count + Tile.rows - 1) / Tile.rows }

  /// Lends micro-panels of the block.
  ///
  /// Each is `[depth, Tile.rows]`. Rows of the last one that the block does not have hold its last row again, or zeros; their
  /// products are thrown away.
  ///
  /// - Parameters:
  ///   - sums: an element for each row, to which the row's elements are added; only if A lies transposed.
  ///   - body: is given the copy.
  @inline(__always)
  func withPacked(addingTo sums: UnsafeMutablePointer<S>?, _ body: (TilesOfA<S>) -> Void) {
    // Rows are written eight at a time; and the same step of neighbours had better fall into different sets of the cache.
    let panelStride = spreadStride(depth * Tile.rows + rowsBeyondTile, S.self)
    Arena.shared.withScratch(S.self, count: tiles * panelStride) { panels in
      if stepStride == 1 {
        packRows(into: panels, panelStride: panelStride)
      } else {
        packColumns(addingTo: sums, into: panels, panelStride: panelStride)
      }
      body(TilesOfA(packed: UnsafePointer(panels), stride: panelStride))
    }
  }

  /// Lends a copy of rows that are contiguous along K, a stride apart that spreads them over all sets of the cache.
  @inline(__always)
  func withCopied(_ body: (TilesOfA<S>) -> Void) {
    let copyStride = spreadStride(depth, S.self)
    Arena.shared.withScratch(S.self, count: tiles * Tile.rows * copyStride) { copy in
      for row in 0..<count { map(start + row * rowStride, count: depth, into: copy + row * copyStride, .overwrite) }
      (copy + count * copyStride).update(repeating: 0, count: (tiles * Tile.rows - count) * copyStride)
      body(TilesOfA(rowMajor: UnsafePointer(copy), rowStride: copyStride))
    }
  }

  /// Rows that are written beyond those of a tile.
  private var rowsBeyondTile: Int { 8 - Tile.rows }

  /// Rows that are contiguous along K: four steps of a tile at a time.
  @inline(__always)
  private func packRows(into panels: UnsafeMutablePointer<S>, panelStride: Int) {
    for tile in 0..<tiles {
      // A row that the block does not have is its last one again.
      @inline(__always)
      func row(_ i: Int) -> UnsafePointer<S> { start + min(tile &* Tile.rows &+ i, count &- 1) &* rowStride }
      let (r0, r1, r2, r3, r4, r5) = (row(0), row(1), row(2), row(3), row(4), row(5))
      let panel = panels + tile * panelStride
      var step = 0
      while step &+ 4 <= depth {
        // Lanes 6 and 7 are of no account.
        let steps = transposeFour(
          r0 + step, r1 + step, r2 + step, r3 + step, r4 + step, r5 + step, r4 + step, r5 + step)
        // Each step writes more rows than there are; the next one writes over them.
        let target = panel + step &* Tile.rows
        storeEight(steps.0, target)
        storeEight(steps.1, target + Tile.rows)
        storeEight(steps.2, target + 2 &* Tile.rows)
        storeEight(steps.3, target + 3 &* Tile.rows)
        step &+= 4
      }
      while step < depth {
        let target = panel + step &* Tile.rows
        (target[0], target[1], target[2]) = (r0[step], r1[step], r2[step])
        (target[3], target[4], target[5]) = (r3[step], r4[step], r5[step])
        step &+= 1
      }
    }
  }

  /// Rows that lie side by side for every step of K: a step after the other.
  @inline(__always)
  private func packColumns(
    addingTo sums: UnsafeMutablePointer<S>?, into panels: UnsafeMutablePointer<S>, panelStride: Int
  ) {
    // Eight rows are read for those of a tile, where there are as many.
    let wholeTiles = max(0, (count - rowsBeyondTile) / Tile.rows)
    for step in 0..<depth {
      let line = start + step * stepStride
      let target = panels + step * Tile.rows
      if let sums { map(line, count: count, into: sums, .add) }
      for tile in 0..<wholeTiles {
        storeEight(loadEight(line + tile &* Tile.rows), target + tile &* panelStride)
      }
      for row in wholeTiles * Tile.rows..<tiles * Tile.rows {
        target[row / Tile.rows * panelStride + row % Tile.rows] = row < count ? line[row] : 0
      }
    }
  }
}
