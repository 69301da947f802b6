import Platform

/// C = A · B, or C += A · B, with a bias for each column if wanted.
///
/// The product is blocked as by Goto & van de Geijn 2008: a slice of B is packed once and shared, blocks of A's rows
/// are shared out to the threads. The sums run over K in blocks of a fixed size, in order, so that the result
/// depends neither on the number of threads nor on the other dimensions.
///
/// - Parameters:
///   - a: A, `[M, K]`; pass a transposed view for Aᵀ.
///   - b: B, `[K, N]`; pass a transposed view for Bᵀ.
///   - c: C, `[M, N]`, row-major; must not overlap A or B.
///   - rowStride: elements between rows of C; N if they lie side by side.
///   - bias: `[N]`, added to every row once.
///   - accumulation: whether C is overwritten or added to.
@specialized(where S == Float)
@specialized(where S == Double)
public func gemm<S: Scalar>(
  _ a: Matrix<S>, _ b: Matrix<S>, into c: UnsafeMutablePointer<S>, rowStride: Int? = nil,
  bias: UnsafePointer<S>? = nil, _ accumulation: Accumulation = .overwrite
) {
  assert(a.columns == b.rows, "gemm: A is [\(a.rows), \(a.columns)], B is [\(b.rows), \(b.columns)]")
  let (m, n, k) = (a.rows, b.columns, a.columns)
  guard m > 0, n > 0 else { return }
  let columnsPerTile = Tile.columns(S.self)
  let blocks = RowBlocks(rows: m)
  for slice in stride(from: 0, to: n, by: BlockSize.columns) {
    let columns = min(BlockSize.columns, n - slice)
    let width = (columns + columnsPerTile - 1) / columnsPerTile * columnsPerTile
    // Narrow slices are packed deep, so that the threads meet less often.
    let depthLimit = max(1, BlockSize.packedElements / (width * BlockSize.depth)) * BlockSize.depth
    Arena.shared.withScratch(S.self, count: width * min(depthLimit, max(k, 1))) { packed in
      var start = 0
      repeat {
        let end = min(start + depthLimit, k)
        packPanels(b, steps: start..<end, slice: slice, columns: columns, into: packed)
        ThreadPool.shared.run(blocks.count) { block in
          var step = start
          repeat {
            let depth = min(BlockSize.depth, end - step)
            let epilogue = MatrixEpilogue(
              c: c, rowStride: rowStride ?? n, adds: step > 0 || accumulation == .add,
              bias: step + depth >= k ? bias : nil)
            multiplyBlock(
              a, rows: blocks.rows(of: block), step: step, depth: depth, packed + (step - start) * width, slice: slice,
              columns: columns, epilogue)
            step += depth
          } while step < end
        }
        start = end
      } while start < k
    }
  }
}

/// C = A · B for each matrix of a batch, the matrices lying behind one another.
///
/// - Parameters:
///   - a: the first A.
///   - b: the first B.
///   - c: the first C, row-major.
///   - count: how many products.
///   - strides: elements from one matrix to the next, of A, B and C; 0 repeats the same matrix.
///   - accumulation: whether C is overwritten or added to.
@specialized(where S == Float)
@specialized(where S == Double)
public func batchedGEMM<S: Scalar>(
  _ a: Matrix<S>, _ b: Matrix<S>, into c: UnsafeMutablePointer<S>, count: Int, strides: (a: Int, b: Int, c: Int),
  _ accumulation: Accumulation = .overwrite
) {
  ThreadPool.shared.run(count) { index in
    gemm(
      a.advanced(by: index * strides.a), b.advanced(by: index * strides.b), into: c + index * strides.c, accumulation)
  }
}

/// Block sizes in elements: a panel of B and one of A fit the first-level cache, a block of A the second.
private enum BlockSize {
  /// Steps of K between two visits of a tile of C.
  static let depth = 256
  /// Elements of B that are packed at a time, if they are more than one block of K deep.
  static let packedElements = 1 << 19
  /// Columns of B that are packed at a time.
  static let columns = 3072
  /// Tiles of rows in the largest block.
  static let rowTiles = 16
}

/// How the rows of C are cut into blocks of whole tiles: by their number alone.
private struct RowBlocks {
  let rows: Int
  let tiles: Int
  let count: Int

  init(rows: Int) {
    self.rows = rows
    tiles = (rows + Tile.rows - 1) / Tile.rows
    // A multiple of four, so that few threads end together; four tiles or more a block, so that panels of B are
    // used several times from the first-level cache.
    let wanted = (tiles + BlockSize.rowTiles - 1) / BlockSize.rowTiles
    count = max(1, min((wanted + 3) / 4 * 4, tiles / 4))
  }

  /// The rows of a block; the first blocks are longer by one tile where the tiles do not divide.
  func rows(of block: Int) -> Range<Int> {
    let start = (block * tiles / count) * Tile.rows
    let end = ((block + 1) * tiles / count) * Tile.rows
    return start..<min(end, rows)
  }
}

extension Matrix {
  /// The matrix `count` elements further on.
  fileprivate func advanced(by count: Int) -> Matrix {
    Matrix(elements: elements + count, like: self)
  }
}

/// Stores tiles of the product into C.
private struct MatrixEpilogue<S: Scalar>: TileEpilogue {
  let c: UnsafeMutablePointer<S>
  let rowStride: Int
  let adds: Bool
  let bias: UnsafePointer<S>?

  @inline(__always)
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int) {
    let target = c + row * rowStride + column
    let lanes = S.Vector.scalarCount
    var (left, right) = (left, right)
    if let bias {
      left += load(bias + column)
      right += load(bias + column + lanes)
    }
    if adds {
      left += load(target)
      right += load(target + lanes)
    }
    Kernels.store(left, target)
    Kernels.store(right, target + lanes)
  }

  @inline(__always)
  func store(_ element: S, row: Int, column: Int) {
    let target = c + row * rowStride + column
    target.pointee = (adds ? target.pointee : 0) + (element + (bias?[column] ?? 0))
  }
}

/// Packs some steps of K of a slice of B's columns: blocks of `BlockSize.depth` steps, each panel after panel.
@inline(__always)
private func packPanels<S: Scalar>(
  _ b: Matrix<S>, steps: Range<Int>, slice: Int, columns: Int, into packed: UnsafeMutablePointer<S>
) {
  let width = Tile.columns(S.self)
  let panels = (columns + width - 1) / width
  let depthBlocks = max(1, (steps.count + BlockSize.depth - 1) / BlockSize.depth)
  let panelsPerChunk = max(1, 16384 / (width * min(BlockSize.depth, max(steps.count, 1))))
  let chunks = (panels * depthBlocks + panelsPerChunk - 1) / panelsPerChunk
  ThreadPool.shared.run(chunks) { chunk in
    for index in chunk * panelsPerChunk..<min(panels * depthBlocks, (chunk + 1) * panelsPerChunk) {
      let (block, panel) = (index / panels, index % panels)
      let step = steps.lowerBound + block * BlockSize.depth
      let depth = min(BlockSize.depth, steps.upperBound - step)
      packColumns(
        b, step: step, depth: depth, column: slice + panel * width, count: min(width, columns - panel * width),
        into: packed + block * BlockSize.depth * panels * width + panel * width * depth)
    }
  }
}

/// Multiplies a block of A's rows by the packed slice of B.
///
/// Whole tiles of rows that are contiguous along K are read where they lie; others are packed first.
@inline(__always)
private func multiplyBlock<S: Scalar>(
  _ a: Matrix<S>, rows: Range<Int>, step: Int, depth: Int, _ packed: UnsafeMutablePointer<S>, slice: Int,
  columns: Int, _ epilogue: MatrixEpilogue<S>
) {
  let tiles = (rows.count + Tile.rows - 1) / Tile.rows
  let panelSize = Tile.rows * depth
  let readsInPlace = a.columnStride == 1
  let firstPacked = readsInPlace ? rows.count / Tile.rows : 0
  Arena.shared.withScratch(S.self, count: (tiles - firstPacked) * panelSize) { panels in
    for tile in firstPacked..<tiles {
      let row = rows.lowerBound + tile * Tile.rows
      packRows(
        a, step: step, depth: depth, row: row, count: min(Tile.rows, rows.upperBound - row),
        into: panels + (tile - firstPacked) * panelSize)
    }
    let source = a.elements + rows.lowerBound * a.rowStride + step
    let width = Tile.columns(S.self)
    for column in stride(from: 0, to: columns, by: width) {
      let panel = packed + column * depth
      let valid = min(width, columns - column)
      for tile in 0..<firstPacked {
        multiplyPanels(
          source + tile * Tile.rows * a.rowStride, rowStride: a.rowStride, stepStride: 1, panel, depth: depth,
          row: rows.lowerBound + tile * Tile.rows, rows: Tile.rows, column: slice + column, columns: valid, epilogue)
      }
      for tile in firstPacked..<tiles {
        let row = rows.lowerBound + tile * Tile.rows
        multiplyPanels(
          panels + (tile - firstPacked) * panelSize, rowStride: 1, stepStride: Tile.rows, panel, depth: depth,
          row: row, rows: min(Tile.rows, rows.upperBound - row), column: slice + column, columns: valid, epilogue)
      }
    }
  }
}
