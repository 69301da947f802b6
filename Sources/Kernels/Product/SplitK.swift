import Platform

// Split-K: where K is long and C small, K is cut too, so that there is work for every thread (the gradients of weights).

/// Cuts C into blocks and K into splits; a thread that takes one of each packs its own A and B.
///
/// The first split of K goes to C, the others to partial sums of their own that are added in order.
///
/// `rowSums`, `[M]`, gets the sum of each row of A, which must lie transposed.
@inline(__always)
func multiplySplittingK<S: Scalar>(
  _ a: Matrix<S>, _ b: Matrix<S>, _ target: ProductTarget<AddingBias<S>>,
  rowSums: Destination<S>?
) {
  let (m, n) = (a.rows, b.columns)
  let grid = SplitKGrid<S>(rows: m, columns: n, depth: a.columns)
  let size = m * n
  withScratch({
    SplitKScratch<S>(splits: grid.splits, productSize: size, rows: rowSums == nil ? 0 : m, &$0)
  }) { scratch in
    ThreadPool.shared.runUnchecked(grid.count) { index in
      let block = grid.block(index)
      let own =
        block.split == 0
        ? target
        : ProductTarget(
          c: scratch.partialProducts + (block.split - 1) * size, rowStride: n, adds: false, finish: AddingBias())
      // The blocks of the first columns sum up their rows.
      let sumsRows = rowSums != nil && block.columns.lowerBound == 0
      multiplyBlockPackingB(a, b, block, own, rowSums: sumsRows ? scratch.rowSums + block.split * m : nil)
    }
    if let rowSums {
      for split in 0..<grid.splits {
        map(scratch.rowSums + split * m, count: m, into: rowSums.pointer, split == 0 ? rowSums.accumulation : .add)
      }
    }
    guard grid.splits > 1 else { return }
    forEachChunk(ofRows: m, columns: n) { rows in
      for row in rows {
        for split in 0..<grid.splits - 1 {
          map(
            scratch.partialProducts + split * size + row * n, count: n, into: target.c + row * target.rowStride, .add)
        }
      }
    }
  }
}

/// What the splits after the first one are summed up in.
private struct SplitKScratch<S: Scalar> {
  /// `[splits − 1, M, N]`.
  let partialProducts: UnsafeMutablePointer<S>
  /// `[splits, M]`.
  let rowSums: UnsafeMutablePointer<S>

  @inline(__always)
  init(splits: Int, productSize: Int, rows: Int, _ memory: inout ScratchBuffers<S>) {
    partialProducts = memory.buffer((splits - 1) * productSize)
    rowSums = memory.buffer(splits * rows)
  }
}

/// How C and K are cut: by the sizes of the product alone.
private struct SplitKGrid<S: Scalar> {
  let rows: Int
  let columns: Int
  let depth: Int
  let rowBlocks: Int
  let columnBlocks: Int
  let splits: Int

  var count: Int { rowBlocks * columnBlocks * splits }

  init(rows: Int, columns: Int, depth: Int) {
    self.rows = rows
    self.columns = columns
    self.depth = depth
    rowBlocks = max(1, (rows + BlockSize.splitSide / 2) / BlockSize.splitSide)
    columnBlocks = max(1, (columns + BlockSize.splitSide / 2) / BlockSize.splitSide)
    // Where C is small, K is cut too, so that there are some blocks for every thread.
    let depthBlocks = (depth + BlockSize.splitDepth - 1) / BlockSize.splitDepth
    splits = min(depthBlocks, rowBlocks * columnBlocks >= 8 ? 1 : rowBlocks * columnBlocks > 1 ? 4 : 8)
  }

  struct Block {
    let rows: Range<Int>
    let columns: Range<Int>
    let steps: Range<Int>
    let split: Int
  }

  func block(_ index: Int) -> Block {
    let (split, place) = (index / (rowBlocks * columnBlocks), index % (rowBlocks * columnBlocks))
    func part(_ i: Int, of count: Int, _ size: Int, unit: Int) -> Range<Int> {
      let units = (size + unit - 1) / unit
      return i * units / count * unit..<min(size, (i + 1) * units / count * unit)
    }
    return Block(
      rows: part(place / columnBlocks, of: rowBlocks, rows, unit: Tile.rows),
      columns: part(place % columnBlocks, of: columnBlocks, columns, unit: Tile.columns(S.self)),
      steps: part(split, of: splits, depth, unit: BlockSize.splitDepth), split: split)
  }
}

/// Multiplies a block of C over its split of K, packing A and B `BlockSize.splitDepth` steps at a time.
///
/// `rowSums`, `[M]`, gets those of the block's rows over its steps of K.
@inline(__always)
private func multiplyBlockPackingB<S: Scalar>(
  _ a: Matrix<S>, _ b: Matrix<S>, _ block: SplitKGrid<S>.Block, _ target: ProductTarget<AddingBias<S>>,
  rowSums: UnsafeMutablePointer<S>?
) {
  let rowSums = rowSums.map { $0 + block.rows.lowerBound }
  rowSums?.update(repeating: 0, count: block.rows.count)
  let columns = block.columns
  let partialStride = spreadStride(columns.count, S.self)
  withScratch({ SplitKBlockScratch<S>(rows: block.rows.count, rowStride: partialStride, &$0) }) { scratch in
    // Sums that are not complete lie side by side: rows of C may be so far apart that they fall into few sets of the
    // cache.
    let sums = RowMajorSums(
      start: scratch.partialBlock - (block.rows.lowerBound * partialStride + columns.lowerBound),
      rowStride: partialStride)
    for step in stride(from: block.steps.lowerBound, to: block.steps.upperBound, by: BlockSize.splitDepth) {
      let depth = min(BlockSize.splitDepth, block.steps.upperBound - step)
      let next = step + depth..<min(step + depth + BlockSize.splitDepth, max(step + depth, block.steps.upperBound))
      let packedB = PackedOnDemand(matrix: b, step: step, firstColumn: columns.lowerBound, panel: scratch.panel)
      let earlier = step == block.steps.lowerBound ? (target.adds ? target.sums : nil) : sums
      multiplyBlock(
        a, rows: block.rows, step: step, depth: depth, packedB, columns: columns,
        MatrixEpilogue(
          earlier: earlier, target: next.isEmpty ? target.sums : sums, isLast: next.isEmpty, finish: target.finish),
        UpcomingPart(a, rows: block.rows, columns: next), UpcomingPart(b, rows: next, columns: columns),
        addingRowsTo: rowSums)
    }
  }
}

/// What one block of C is computed in.
private struct SplitKBlockScratch<S: Scalar> {
  /// One micro-panel of B.
  let panel: UnsafeMutablePointer<S>
  /// The block's sums while K is not at its end.
  let partialBlock: UnsafeMutablePointer<S>

  @inline(__always)
  init(rows: Int, rowStride: Int, _ memory: inout ScratchBuffers<S>) {
    panel = memory.buffer(Tile.columns(S.self) * BlockSize.splitDepth)
    partialBlock = memory.buffer(rows * rowStride)
  }
}
