import Platform

/// C = A · B, or C += A · B, with a bias for each column if wanted.
///
/// The product is blocked as by Goto & van de Geijn 2008. The sums run over K in an order that follows from the sizes
/// of the product alone, so the result does not depend on the number of threads.
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
  guard a.rows > 0, b.columns > 0 else { return }
  let target = ProductTarget(
    c: c, rowStride: rowStride ?? b.columns, adds: accumulation == .add, finish: AddingBias(bias: bias))
  if sumsAreLong(a, b) {
    multiplyInBlocks(a, b, target)
  } else {
    multiplySharingPanels(a, b, target)
  }
}

/// Whether K is so long beside the sides of C, and C so small, that every block of C had better pack its own panels:
/// the gradients of weights.
@inline(__always)
private func sumsAreLong<S: Scalar>(_ a: Matrix<S>, _ b: Matrix<S>) -> Bool {
  a.columns >= 4 * max(a.rows, b.columns) && a.rows * b.columns <= 4 * BlockSize.side * BlockSize.side
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
enum BlockSize {
  /// Steps of K between two visits of a tile of C.
  static let depth = 256
  /// Elements of B that are packed at a time, if they are more than one block of K deep.
  static let packedElements = 1 << 19
  /// Columns of B that are packed at a time and shared.
  static let columns = 3072
  /// Tiles of rows in the largest block.
  static let rowTiles = 16
  /// Steps of K between two visits of a block of C whose panels are its own.
  static let slab = 128
  /// Steps of K between two requests for memory that is needed later: a burst of them would keep the loads of the
  /// product waiting.
  static let stepsBetweenFetches = 16
  /// Rows and columns of a block of C whose panels are its own.
  static let side = 256
}

extension Matrix {
  /// The matrix `count` elements further on.
  fileprivate func advanced(by count: Int) -> Matrix {
    Matrix(elements: elements + count, like: self)
  }
}

/// What is done to complete sums before they are stored: the policy that ends a product.
protocol ProductFinish<S> {
  associatedtype S: Scalar

  /// Whether it is more than some instructions.
  static var isLong: Bool { get }

  /// What is stored for some sums.
  ///
  /// - Parameters:
  ///   - sums: neighbours in a row of C.
  ///   - offset: elements from the start of C to the first of them.
  ///   - column: of the first.
  ///   - count: how many lanes are elements of C.
  /// - Returns: what is stored; lanes beyond `count` are of no account.
  func callAsFunction(_ sums: S.Vector, offset: Int, column: Int, count: Int) -> S.Vector

  /// Asks for the memory beside C that two vectors in each of some rows will need.
  func prefetch(offset: Int, rowStride: Int, rows: Int)
}

extension ProductFinish {
  @inline(__always)
  func prefetch(offset: Int, rowStride: Int, rows: Int) {}
}

/// Adds a bias for each column, or nothing.
private struct AddingBias<S: Scalar>: ProductFinish {
  static var isLong: Bool { false }
  let bias: UnsafePointer<S>?

  @inline(__always)
  func callAsFunction(_ sums: S.Vector, offset: Int, column: Int, count: Int) -> S.Vector {
    guard let bias else { return sums }
    return sums + load(atMost: count, of: bias + column)
  }
}

/// Where a product goes.
struct ProductTarget<F: ProductFinish> {
  typealias S = F.S
  let c: UnsafeMutablePointer<S>
  let rowStride: Int
  let adds: Bool
  let finish: F

  /// What becomes of the tiles of the block of K that begins or ends the sum.
  @inline(__always)
  func epilogue(isFirst: Bool, isLast: Bool) -> MatrixEpilogue<F> {
    MatrixEpilogue(
      earlier: adds || !isFirst ? self.sums : nil, target: self.sums, isLast: isLast, finish: finish)
  }

  /// C as sums that are not complete.
  var sums: RowMajorSums<S> { RowMajorSums(start: c, rowStride: rowStride) }
}

/// Where sums lie, row after row.
struct RowMajorSums<S: Scalar> {
  /// Element (0, 0) of C, or where it would be.
  let start: UnsafeMutablePointer<S>
  let rowStride: Int
}

/// Stores tiles of the product, added to the sums of earlier steps of K.
struct MatrixEpilogue<F: ProductFinish>: TileEpilogue {
  typealias S = F.S
  let earlier: RowMajorSums<S>?
  let target: RowMajorSums<S>
  let isLast: Bool
  let finish: F

  static var isLong: Bool { F.isLong }

  @inline(always)
  func prefetch(row: Int, column: Int, rows: Int) {
    let offset = row &* target.rowStride &+ column
    prefetchForWriting(UnsafePointer(target.start + offset), rowStride: target.rowStride, rows: rows)
    if isLast { finish.prefetch(offset: offset, rowStride: target.rowStride, rows: rows) }
  }

  @inline(always)
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int) {
    let lanes = S.Vector.scalarCount
    store(left, row: row, column: column, count: lanes)
    store(right, row: row, column: column &+ lanes, count: lanes)
  }

  @inline(always)
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int, count: Int) {
    let lanes = S.Vector.scalarCount
    store(left, row: row, column: column, count: min(count, lanes))
    if count > lanes { store(right, row: row, column: column &+ lanes, count: count &- lanes) }
  }

  @inline(always)
  private func store(_ sums: S.Vector, row: Int, column: Int, count: Int) {
    let offset = row &* target.rowStride &+ column
    var sums = sums
    if let earlier {
      sums += load(atMost: count, of: UnsafePointer(earlier.start + (row &* earlier.rowStride &+ column)))
    }
    if isLast { sums = finish(sums, offset: offset, column: column, count: count) }
    put(sums, first: count, at: target.start + offset, .overwrite)
  }
}

// MARK: - Many rows: the panels of B are packed once and shared

/// Packs a slice of B once for all threads, which take blocks of A's rows.
@inline(__always)
func multiplySharingPanels<S: Scalar, F: ProductFinish<S>>(
  _ a: Matrix<S>, _ b: Matrix<S>, _ target: ProductTarget<F>
) {
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
        ThreadPool.shared.run(blocks.count) { block in
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
              RightPanels(
                inPlace: packed, stepStride: 0, columnsInPlace: 0, packed: packed + (step - start) * width),
              columns: slice..<slice + columns, target.epilogue(isFirst: step == 0, isLast: next >= k), upcoming,
              .nothing)
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

/// Packs some steps of K of a slice of B's columns: blocks of `BlockSize.depth` steps, each panel after panel.
@inline(__always)
private func packShared<S: Scalar>(
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

// MARK: - Long sums: every block of C packs its own panels

/// Cuts C into blocks and K into groups; a thread that takes one needs nothing from the others.
///
/// The first group of K goes to C, the others to sums of their own that are added in order.
@inline(__always)
private func multiplyInBlocks<S: Scalar>(_ a: Matrix<S>, _ b: Matrix<S>, _ target: ProductTarget<AddingBias<S>>) {
  let (m, n) = (a.rows, b.columns)
  let grid = BlockGrid(rows: m, columns: n, depth: a.columns)
  let size = m * n
  Arena.shared.withScratch(S.self, count: (grid.groups - 1) * size) { sums in
    ThreadPool.shared.run(grid.count) { index in
      let block = grid.block(index)
      let own =
        block.group == 0
        ? target
        : ProductTarget(
          c: sums + (block.group - 1) * size, rowStride: n, adds: false, finish: AddingBias(bias: nil))
      multiplyOwnPanels(a, b, block, own)
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
private struct BlockGrid {
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
      columns: part(place % columnBlocks, of: columnBlocks, columns, unit: 2 * Float.Vector.scalarCount),
      steps: part(group, of: groups, depth, unit: BlockSize.slab), group: group)
  }
}

/// Multiplies a block, slab of K after slab.
///
/// Columns of a row-major B are read in place; others, and those that overhang, are packed.
@inline(__always)
private func multiplyOwnPanels<S: Scalar>(
  _ a: Matrix<S>, _ b: Matrix<S>, _ block: BlockGrid.Block, _ target: ProductTarget<AddingBias<S>>
) {
  let width = Tile.columns(S.self)
  let columns = block.columns
  let inPlace = b.columnStride == 1 ? columns.count / width * width : 0
  let partialStride = roundUp(columns.count, to: S.Vector.scalarCount) + S.Vector.scalarCount
  withScratch(
    S.self, roundUp(columns.count - inPlace, to: width) * BlockSize.slab, block.rows.count * partialStride, 0
  ) { packed, partial, _, _, _, _, _ in
    // Sums that are not complete lie side by side: rows of C may be so far apart that they fall into few sets of the
    // cache.
    let sums = RowMajorSums(
      start: partial - (block.rows.lowerBound * partialStride + columns.lowerBound), rowStride: partialStride)
    for step in stride(from: block.steps.lowerBound, to: block.steps.upperBound, by: BlockSize.slab) {
      let depth = min(BlockSize.slab, block.steps.upperBound - step)
      for column in stride(from: inPlace, to: columns.count, by: width) {
        packColumns(
          b, step: step, depth: depth, column: columns.lowerBound + column, count: min(width, columns.count - column),
          into: packed + (column - inPlace) * depth)
      }
      let next = step + depth..<min(step + depth + BlockSize.slab, max(step + depth, block.steps.upperBound))
      let panels = RightPanels(
        inPlace: b.elements + step * b.rowStride + columns.lowerBound * b.columnStride, stepStride: b.rowStride,
        columnsInPlace: inPlace, packed: packed)
      let earlier = step == block.steps.lowerBound ? (target.adds ? target.sums : nil) : sums
      multiplyBlock(
        a, rows: block.rows, step: step, depth: depth, panels, columns: columns,
        MatrixEpilogue(
          earlier: earlier, target: next.isEmpty ? target.sums : sums, isLast: next.isEmpty, finish: target.finish),
        UpcomingPart(a, rows: block.rows, columns: next), UpcomingPart(b, rows: next, columns: columns))
    }
  }
}

/// Where the panels of some columns of B are: the first ones in place, the others packed.
private struct RightPanels<S: Scalar> {
  let inPlace: UnsafePointer<S>
  let stepStride: Int
  let columnsInPlace: Int
  let packed: UnsafePointer<S>

  /// The panel that begins at a column, counted from the first.
  @inline(__always)
  func panel(at column: Int, depth: Int) -> RightPanel<S> {
    column < columnsInPlace
      ? RightPanel(inPlace + column, stepStride: stepStride)
      : RightPanel(packed: packed + (column - columnsInPlace) * depth)
  }
}

// MARK: - One block

/// Multiplies a block of A's rows by packed panels of B, for one block of K.
@inline(__always)
private func multiplyBlock<S: Scalar, F: ProductFinish<S>>(
  _ a: Matrix<S>, rows: Range<Int>, step: Int, depth: Int, _ panels: RightPanels<S>, columns: Range<Int>,
  _ epilogue: MatrixEpilogue<F>, _ upcomingRows: UpcomingPart<S>, _ upcomingPanels: UpcomingPart<S>
) {
  let start = a.elements + rows.lowerBound * a.rowStride + step * a.columnStride
  let tileCount = (rows.count + Tile.rows - 1) / Tile.rows
  // Rows beyond the matrix cannot be read: a tile that overhangs is packed.
  let inPlace = isReadInPlace(a) ? rows.count / Tile.rows : 0
  let panelSize = Tile.rows * depth
  Arena.shared.withScratch(S.self, count: (tileCount - inPlace) * panelSize) { packedRows in
    for tile in inPlace..<tileCount {
      let row = rows.lowerBound + tile * Tile.rows
      packRows(
        a, row: row, count: min(Tile.rows, rows.upperBound - row), step: step, depth: depth,
        into: packedRows + (tile - inPlace) * panelSize)
    }
    if a.columnStride == 1 {
      multiplyTiles(
        start, Rows(rowStride: a.rowStride), inPlace: inPlace, packedRows: packedRows, rows: rows, panels,
        depth: depth, columns: columns, epilogue, upcomingRows, upcomingPanels)
    } else {
      multiplyTiles(
        start, SideBySide(stepStride: a.columnStride), inPlace: inPlace, packedRows: packedRows, rows: rows, panels,
        depth: depth, columns: columns, epilogue, upcomingRows, upcomingPanels)
    }
  }
}

/// Whether tiles of A are read where they lie.
///
/// Narrow tiles of a transposed matrix whose steps of K are whole pages apart are not: all of them fall into one set of
/// the first-level cache, and a tile has too little to do with a line to have it fetched anew.
@inline(__always)
private func isReadInPlace<S: Scalar>(_ a: Matrix<S>) -> Bool {
  a.columnStride == 1 || Tile.rows > 6 || a.columnStride * MemoryLayout<S>.stride % 4096 != 0
}

/// Multiplies tile after tile of A's rows by one panel of B after another.
@inline(__always)
private func multiplyTiles<S: Scalar, L: LeftLayout, F: ProductFinish<S>>(
  _ a: UnsafePointer<S>, _ layout: L, inPlace: Int, packedRows: UnsafePointer<S>, rows: Range<Int>,
  _ panels: RightPanels<S>, depth: Int, columns: Range<Int>, _ epilogue: MatrixEpilogue<F>,
  _ upcomingRows: UpcomingPart<S>, _ upcomingPanels: UpcomingPart<S>
) {
  let width = Tile.columns(S.self)
  let tileCount = (rows.count + Tile.rows - 1) / Tile.rows
  let times =
    (columns.count + width - 1) / width * tileCount
    * max(1, (depth + BlockSize.stepsBetweenFetches - 1) / BlockSize.stepsBetweenFetches)
  var upcoming = UpcomingParts(first: upcomingRows, second: upcomingPanels, times: times)
  for column in stride(from: 0, to: columns.count, by: width) {
    let panel = panels.panel(at: column, depth: depth)
    let (firstColumn, columnCount) = (columns.lowerBound + column, min(width, columns.count - column))
    for tile in 0..<inPlace {
      multiplyPanels(
        a + tile * Tile.rows * layout.rowStride, layout, panel, depth: depth, row: rows.lowerBound + tile * Tile.rows,
        rows: Tile.rows, column: firstColumn, columns: columnCount, epilogue, meanwhile: &upcoming)
    }
    for tile in inPlace..<tileCount {
      let row = rows.lowerBound + tile * Tile.rows
      multiplyPanels(
        packedRows + (tile - inPlace) * Tile.rows * depth, SideBySide(stepStride: Tile.rows), panel, depth: depth,
        row: row, rows: min(Tile.rows, rows.upperBound - row), column: firstColumn, columns: columnCount, epilogue,
        meanwhile: &upcoming)
    }
  }
}
