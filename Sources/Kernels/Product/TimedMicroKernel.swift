import Platform

/// The micro-kernel of `Float` alone, to be timed: a micro-panel of B is multiplied by tiles of A in turns, and finished tiles
/// stay in the first-level cache.
public final class TimedMicroKernel {
  /// How the rows of A lie.
  public enum Layout: String, CaseIterable, Codable, Sendable {
    /// As micro-panels.
    case packed
    /// Contiguous along K and right behind one another, in a matrix of as many columns as a block of K has steps.
    case inPlace = "in place"
    /// Contiguous along K and 4096 bytes apart, so that their lines fall into one set of the first-level cache.
    case colliding = "in place, 4 KiB apart"

    /// Elements from one row to the next, where rows are contiguous along K.
    fileprivate var rowStride: Int { self == .colliding ? 1024 : BlockSize.depth }
  }

  /// Where A comes from; the micro-panel of B is in a cache.
  public enum Place: String, CaseIterable, Codable, Sendable {
    /// A single tile, which fits the first-level cache beside the micro-panel.
    case firstLevel = "first-level cache"
    /// 192 KiB: more than the first-level cache has, less than the second.
    case secondLevel = "second-level cache"
    /// 512 MiB, of all threads together: more than any cache has.
    case memory

    /// How many tiles have their turns that take so many bytes each, and lie so many bytes apart.
    fileprivate func tileCount(bytes: Int, apart stride: Int, threads: Int) -> Int {
      switch self {
      case .firstLevel: 1
      case .secondLevel: 192 << 10 / bytes
      case .memory: max(1, Self.largest / threads / stride)
      }
    }

    fileprivate static let largest = 512 << 20
  }

  /// How the rows of A lie.
  public let layout: Layout
  /// Where A comes from.
  public let place: Place
  /// Rows and columns of a tile.
  public let (rows, columns) = (Tile.rows, Tile.columns(Float.self))
  /// Steps of K: as many as fit 24 KiB together with a tile of A, and at most those of a block.
  public let depth: Int
  /// Multiplications and additions of a call of `run`.
  public var operationCount: Double { Double(threads * turns * tileCount) * 2 * Double(rows * columns * depth) }

  private let threads: Int
  /// Tiles of each thread, and how often each of them has its turn in a call.
  private let tileCount, turns: Int
  /// Elements from one tile to the next.
  private let tileStride: Int
  /// Micro-panels of B, each at the beginning of a cache line, A, and a finished element of each thread.
  private let memory: UnsafeMutablePointer<Float>
  private let memorySize: Int

  /// A micro-kernel with its operands, all of whose elements are ½.
  ///
  /// - Parameters:
  ///   - layout: how the rows of A lie.
  ///   - place: where A comes from.
  ///   - threads: how many multiply, each its own operands.
  public init(_ layout: Layout, _ place: Place, threads: Int) {
    (self.layout, self.place, self.threads) = (layout, place, threads)
    depth = min(BlockSize.depth, 24 << 8 / (rows + columns) / 16 * 16)
    tileStride = layout == .packed ? spreadStride(depth * rows, Float.self) : rows * layout.rowStride
    tileCount = place.tileCount(bytes: 4 * rows * depth, apart: 4 * tileStride, threads: threads)
    turns = max(1, 2048 / tileCount)
    memorySize = threads * (1 + depth * columns + tileCount * tileStride)
    memory = Arena.shared.take(byteCount: memorySize * MemoryLayout<Float>.stride)
      .bindMemory(to: Float.self, capacity: memorySize)
    memory.update(repeating: 0.5, count: memorySize)
  }

  deinit { Arena.shared.give(memory, byteCount: memorySize * MemoryLayout<Float>.stride) }

  /// The memory that one of each kind takes together, in bytes, or a little more.
  public static var memory: Double { Double(Layout.allCases.count * (Place.largest + 64 << 20)) }

  /// Multiplies once on all threads.
  ///
  /// - Returns: an element of the product: a quarter of `depth`.
  @discardableResult
  public func run() -> Float {
    let tiles = memory + threads * depth * columns
    let finished = tiles + threads * tileCount * tileStride
    ThreadPool.shared.runUnchecked(threads) { thread in
      finished[thread] = multiply(memory + thread * depth * columns, tiles + thread * tileCount * tileStride)
    }
    return finished[threads - 1]
  }

  private func multiply(_ panel: UnsafePointer<Float>, _ start: UnsafePointer<Float>) -> Float {
    let (panel, depth, count) = (MicroPanel(packed: panel), depth, tileCount)
    let tiles =
      layout == .packed
      ? TilesOfA(packed: start, stride: tileStride) : TilesOfA(rowMajor: start, rowStride: layout.rowStride)
    var upcoming = Upcoming(Fetched<Float>(.nothing, times: 1), Fetched(.nothing, times: 1))
    var finished = TileMemory<Float>()
    var element: Float = 0
    finished.withPointer { tile in
      let target = TileTarget(start: tile, rowStride: columns)
      for _ in 0..<turns {
        for i in 0..<count {
          sumTile(
            Tile.Row<Float>.self, tiles[i], panel, depth: depth, rows: Tile.rows, EpilogueLines(), &upcoming,
            into: target)
        }
      }
      element = tile[rows * columns - 1]
    }
    return element
  }
}
