import Platform

/// The micro-kernel of `Float` alone, to be timed: a micro-panel of B is multiplied by tiles of A in turns, and finished tiles
/// stay in the first-level cache.
public final class TimedMicroKernel {
  /// How the rows of A lie.
  public enum Layout: String, CaseIterable, Codable, Sendable {
    /// As micro-panels.
    case packed
    /// Contiguous along K.
    case inPlace = "in place"
  }

  /// Where A comes from; the micro-panel of B is in a cache.
  public enum Place: String, CaseIterable, Codable, Sendable {
    /// A single tile, which fits the first-level cache beside the micro-panel.
    case firstLevel = "first-level cache"
    /// As many tiles as fit the second-level cache.
    case secondLevel = "second-level cache"
    /// So many tiles that they fit no cache.
    case memory

    fileprivate var tiles: Int {
      switch self {
      case .firstLevel: 1
      case .secondLevel: 32
      case .memory: 1 << 14
      }
    }
  }

  /// How the rows of A lie.
  public let layout: Layout
  /// Where A comes from.
  public let place: Place
  /// Multiplications and additions of a call of `run`.
  public var operationCount: Double { Double(threads * visits) * 2 * Double(Tile.rows * width * depth) }

  private let threads: Int
  private let width = Tile.columns(Float.self)
  /// Steps of K: as many as fit 24 KiB together with a tile of A, and at most those of a block.
  private let depth: Int
  private let rowStride: Int
  /// Tiles that each thread multiplies in a call.
  private let visits: Int
  private let memory: UnsafeMutablePointer<Float>
  private let memorySize: Int

  /// A micro-kernel with its operands.
  ///
  /// - Parameters:
  ///   - layout: how the rows of A lie.
  ///   - place: where A comes from.
  ///   - threads: how many multiply, each its own operands.
  public init(_ layout: Layout, _ place: Place, threads: Int) {
    (self.layout, self.place, self.threads) = (layout, place, threads)
    depth = min(BlockSize.depth, 24 << 8 / (Tile.rows + width) / 16 * 16)
    rowStride = layout == .packed ? depth : spreadStride(depth, Float.self)
    visits = max(place.tiles, 2048)
    memorySize = threads * (place.tiles * Tile.rows * rowStride + depth * width)
    memory = Arena.shared.take(byteCount: memorySize * MemoryLayout<Float>.stride)
      .bindMemory(to: Float.self, capacity: memorySize)
    memory.update(repeating: 0.5, count: memorySize)
  }

  deinit { Arena.shared.give(memory, byteCount: memorySize * MemoryLayout<Float>.stride) }

  /// The memory that the largest of them takes with some threads, in bytes.
  public static func memory(threads: Int) -> Double {
    Double(threads * Place.memory.tiles * Tile.rows * (BlockSize.depth + 32) * MemoryLayout<Float>.stride)
  }

  /// Multiplies once on all threads.
  public func run() {
    let panels = UnsafePointer(memory)
    let tiles = panels + threads * depth * width
    ThreadPool.shared.runUnchecked(threads) { thread in
      multiply(panels + thread * depth * width, tiles + thread * place.tiles * Tile.rows * rowStride)
    }
  }

  private func multiply(_ panel: UnsafePointer<Float>, _ tiles: UnsafePointer<Float>) {
    let (panel, depth, count) = (MicroPanel(packed: panel), depth, place.tiles)
    let first =
      layout == .packed ? TileOfA(packed: tiles) : TileOfA(rowMajor: tiles, rowStride: rowStride)
    var upcoming = Upcoming(Fetched<Float>(.nothing, times: 1), Fetched(.nothing, times: 1))
    var finished = TileMemory<Float>()
    finished.withPointer { tile in
      let target = TileTarget(start: tile, rowStride: width)
      for visit in 0..<visits {
        sumTile(
          Tile.Row<Float>.self, first.advanced(by: visit % count * Tile.rows * rowStride), panel, depth: depth,
          rows: Tile.rows, EpilogueLines(), &upcoming, into: target)
      }
    }
  }
}
