import Platform

// Many rows: B is packed once and shared by all threads.

/// Packs a slice of B once for all threads, which take blocks of A's rows.
///
/// `rowSums`, `[M]`, gets the sum of each row of A, which must lie transposed.
@inline(__always)
func multiplySharingPackedB<S: Scalar, F: ProductFinish<S>>(
  _ a: Matrix<S>, _ b: Matrix<S>, _ target: ProductTarget<F>, rowSums: Destination<S>? = nil
) {
  if let rowSums, rowSums.accumulation == .overwrite { rowSums.pointer.update(repeating: 0, count: a.rows) }
  let (n, k) = (b.columns, a.columns)
  let blocks = RowBlocks(rows: a.rows)
  for slice in stride(from: 0, to: n, by: BlockSize.columns) {
    let columns = min(BlockSize.columns, n - slice)
    let width = roundUp(columns, to: Tile.columns(S.self))
    // Narrow slices are packed deep, so that the threads meet less often.
    let depthLimit = max(1, BlockSize.packedElements / (width * BlockSize.depth)) * BlockSize.depth
    Arena.shared.withScratch(S.self, count: width * min(depthLimit, max(k, 1))) { packed in
      var start = 0
      repeat {
        let end = min(start + depthLimit, k)
        packShared(b, steps: start..<end, slice: slice, columns: columns, into: packed)
        ThreadPool.shared.runUnchecked(blocks.count) { block in
          var step = start
          repeat {
            let depth = min(BlockSize.depth, end - step)
            let rows = blocks.rows(of: block)
            let next = step + depth
            let upcoming =
              next < end
              ? UpcomingPart(a, rows: rows, columns: next..<min(next + BlockSize.depth, end))
              : block + 1 < blocks.count
                ? UpcomingPart(
                  a, rows: blocks.rows(of: block + 1), columns: start..<min(start + BlockSize.depth, end)) : .nothing
            multiplyBlock(
              a, rows: rows, step: step, depth: depth,
              PackedB(packed + (step - start) * width, depth: depth), columns: slice..<slice + columns,
              target.epilogue(isFirst: step == 0, isLast: next >= k), upcoming, .nothing,
              addingRowsTo: slice == 0 ? rowSums.map { $0.pointer + rows.lowerBound } : nil)
            step = next
          } while step < end
        }
        start = end
      } while start < k
    }
  }
}

/// How the rows of C are cut into blocks of whole tiles: by their number alone.
private struct RowBlocks {
  let rows: Int
  let tiles: Int
  let count: Int

  init(rows: Int) {
    self.rows = rows
    tiles = (rows + Tile.rows - 1) / Tile.rows
    // A multiple of four, so that few threads end together; eight tiles or more a block, so that micro-panels
    // of B are used several times while they are in the cache.
    let wanted = (rows + BlockSize.rows - 1) / BlockSize.rows
    count = max(1, min((wanted + 3) / 4 * 4, tiles / 8))
  }

  /// The rows of a block; the first blocks are longer by one tile where the tiles do not divide.
  func rows(of block: Int) -> Range<Int> {
    let start = (block * tiles / count) * Tile.rows
    let end = ((block + 1) * tiles / count) * Tile.rows
    return start..<min(end, rows)
  }
}

/// Packs some steps of K of a slice of B's columns: blocks of `BlockSize.depth` steps, each micro-panel after micro-panel.
@inline(__always)
private func packShared<S: Scalar>(
  _ b: Matrix<S>, steps: Range<Int>, slice: Int, columns: Int, into packed: UnsafeMutablePointer<S>
) {
  let width = Tile.columns(S.self)
  let panels = (columns + width - 1) / width
  let depthBlocks = max(1, (steps.count + BlockSize.depth - 1) / BlockSize.depth)
  let panelsPerChunk = max(1, 16384 / (width * min(BlockSize.depth, max(steps.count, 1))))
  let chunks = (panels * depthBlocks + panelsPerChunk - 1) / panelsPerChunk
  ThreadPool.shared.runUnchecked(chunks) { chunk in
    for index in chunk * panelsPerChunk..<min(panels * depthBlocks, (chunk + 1) * panelsPerChunk) {
      let (block, panel) = (index / panels, index % panels)
      let step = steps.lowerBound + block * BlockSize.depth
      let depth = min(BlockSize.depth, steps.upperBound - step)
      packPanel(
        b, step: step, depth: depth, column: slice + panel * width, count: min(width, columns - panel * width),
        into: packed + block * BlockSize.depth * panels * width + panel * width * depth)
    }
  }
}
