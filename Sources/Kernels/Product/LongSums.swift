import Platform

// Long sums: every block of C takes its own part of A and B.

/// Cuts C into blocks and K into groups; a thread that takes one needs nothing from the others.
///
/// The first group of K goes to C, the others to sums of their own that are added in order.
///
/// `rowSums`, `[M]`, gets the sum of each row of A, which must lie transposed.
@inline(__always)
func multiplyInBlocks<S: Scalar>(
  _ a: Matrix<S>, _ b: Matrix<S>, _ target: ProductTarget<AddingBias<S>>,
  rowSums: Destination<S>?
) {
  let (m, n) = (a.rows, b.columns)
  let grid = BlockGrid<S>(rows: m, columns: n, depth: a.columns)
  let size = m * n
  withScratch(S.self, (grid.groups - 1) * size, rowSums == nil ? 0 : grid.groups * m, 0) {
    sums, ofRows, _, _, _, _, _ in
    ThreadPool.shared.runUnchecked(grid.count) { index in
      let block = grid.block(index)
      let own =
        block.group == 0
        ? target
        : ProductTarget(
          c: sums + (block.group - 1) * size, rowStride: n, adds: false, finish: AddingBias())
      // The blocks of the first columns sum up their rows.
      let sumsRows = rowSums != nil && block.columns.lowerBound == 0
      multiplyOwnPanels(a, b, block, own, rowSums: sumsRows ? ofRows + block.group * m : nil)
    }
    if let rowSums {
      for group in 0..<grid.groups {
        map(ofRows + group * m, count: m, into: rowSums.pointer, group == 0 ? rowSums.accumulation : .add)
      }
    }
    guard grid.groups > 1 else { return }
    forEachChunk(ofRows: m, columns: n) { rows in
      for row in rows {
        for group in 0..<grid.groups - 1 {
          map(sums + group * size + row * n, count: n, into: target.c + row * target.rowStride, .add)
        }
      }
    }
  }
}

/// How C and K are cut: by the sizes of the product alone.
private struct BlockGrid<S: Scalar> {
  let rows: Int
  let columns: Int
  let depth: Int
  let rowBlocks: Int
  let columnBlocks: Int
  let groups: Int

  var count: Int { rowBlocks * columnBlocks * groups }

  init(rows: Int, columns: Int, depth: Int) {
    self.rows = rows
    self.columns = columns
    self.depth = depth
    rowBlocks = max(1, (rows + BlockSize.side / 2) / BlockSize.side)
    columnBlocks = max(1, (columns + BlockSize.side / 2) / BlockSize.side)
    // Where C is small, K is cut too, so that there are some blocks for every thread.
    let slabs = (depth + BlockSize.slab - 1) / BlockSize.slab
    groups = min(slabs, rowBlocks * columnBlocks >= 8 ? 1 : rowBlocks * columnBlocks > 1 ? 4 : 8)
  }

  struct Block {
    let rows: Range<Int>
    let columns: Range<Int>
    let steps: Range<Int>
    let group: Int
  }

  func block(_ index: Int) -> Block {
    let (group, place) = (index / (rowBlocks * columnBlocks), index % (rowBlocks * columnBlocks))
    func part(_ i: Int, of count: Int, _ size: Int, unit: Int) -> Range<Int> {
      let units = (size + unit - 1) / unit
      return i * units / count * unit..<min(size, (i + 1) * units / count * unit)
    }
    return Block(
      rows: part(place / columnBlocks, of: rowBlocks, rows, unit: Tile.rows),
      columns: part(place % columnBlocks, of: columnBlocks, columns, unit: Tile.columns(S.self)),
      steps: part(group, of: groups, depth, unit: BlockSize.slab), group: group)
  }
}

/// Multiplies a block, slab of K after slab.
///
/// `rowSums`, `[M]`, gets those of the block's rows over its steps of K.
@inline(__always)
private func multiplyOwnPanels<S: Scalar>(
  _ a: Matrix<S>, _ b: Matrix<S>, _ block: BlockGrid<S>.Block, _ target: ProductTarget<AddingBias<S>>,
  rowSums: UnsafeMutablePointer<S>?
) {
  let rowSums = rowSums.map { $0 + block.rows.lowerBound }
  rowSums?.update(repeating: 0, count: block.rows.count)
  let columns = block.columns
  let partialStride = spreadStride(columns.count, S.self)
  withScratch(
    S.self, Tile.columns(S.self) * BlockSize.slab, block.rows.count * partialStride, 0
  ) { panel, partial, _, _, _, _, _ in
    // Sums that are not complete lie side by side: rows of C may be so far apart that they fall into few sets of the
    // cache.
    let sums = RowMajorSums(
      start: partial - (block.rows.lowerBound * partialStride + columns.lowerBound), rowStride: partialStride)
    for step in stride(from: block.steps.lowerBound, to: block.steps.upperBound, by: BlockSize.slab) {
      let depth = min(BlockSize.slab, block.steps.upperBound - step)
      let next = step + depth..<min(step + depth + BlockSize.slab, max(step + depth, block.steps.upperBound))
      let panels = PanelsOnDemand(matrix: b, step: step, firstColumn: columns.lowerBound, panel: panel)
      let earlier = step == block.steps.lowerBound ? (target.adds ? target.sums : nil) : sums
      multiplyBlock(
        a, rows: block.rows, step: step, depth: depth, panels, columns: columns,
        MatrixEpilogue(
          earlier: earlier, target: next.isEmpty ? target.sums : sums, isLast: next.isEmpty, finish: target.finish),
        UpcomingPart(a, rows: block.rows, columns: next), UpcomingPart(b, rows: next, columns: columns),
        addingRowsTo: rowSums)
    }
  }
}
