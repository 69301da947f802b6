// What a micro-kernel works on: its tile of C, and how the factors lie.

/// The register tile of a micro-kernel: a parameter of the instruction set.
///
/// Wide rather than high: each element of A costs an instruction of its own, and where two threads share a core, as on most
/// virtual machines, instructions are what is short.
enum Tile {
  /// Rows of every tile.
  static let rows = 6

  #if X86_64_V4 || arch(arm64)
    /// Thirty-two registers: 24 accumulators, four columns of B, and a broadcast element of A.
    typealias Row = Quadruple
  #else
    /// Sixteen registers: 12 accumulators, two columns of B, and a broadcast element of A.
    typealias Row = Pair
  #endif

  /// Columns of the tile, and of a micro-panel of B.
  @inline(__always)
  static func columns<S: Scalar>(_: S.Type) -> Int { Row<S>.vectors * S.Vector.scalarCount }

  /// Columns of the tile that is used for the last columns of a matrix, if they are so few.
  @inline(__always)
  static func narrowColumns<S: Scalar>(_: S.Type) -> Int { Pair<S>.vectors * S.Vector.scalarCount }
}

/// The rows of A of one tile: in place, packed, or columns of a matrix that lies transposed.
struct TileOfA<S: Scalar> {
  /// Element (0, 0).
  let start: UnsafePointer<S>
  /// Elements from one row to the next.
  let rowStride: Int
  /// Elements from one step of K to the next.
  let stepStride: Int

  /// Rows that are contiguous along K.
  @inline(__always)
  init(rowMajor start: UnsafePointer<S>, rowStride: Int) {
    (self.start, self.rowStride, stepStride) = (start, rowStride, 1)
  }

  /// Rows that lie side by side for every step of K.
  @inline(__always)
  init(columnMajor start: UnsafePointer<S>, stepStride: Int) {
    (self.start, rowStride, self.stepStride) = (start, 1, stepStride)
  }

  /// A micro-panel of A.
  @inline(__always)
  init(packed start: UnsafePointer<S>) { self.init(columnMajor: start, stepStride: Tile.rows) }

  private init(_ start: UnsafePointer<S>, like other: TileOfA) {
    (self.start, rowStride, stepStride) = (start, other.rowStride, other.stepStride)
  }

  /// The tile that begins some elements further on.
  @inline(__always)
  func advanced(by count: Int) -> TileOfA { TileOfA(start + count, like: self) }
}

/// The tiles of a block of A: some an equal distance apart, then others an equal distance apart.
struct TilesOfA<S: Scalar> {
  private let start: TileOfA<S>
  private let stride: Int
  private let count: Int
  private let others: TileOfA<S>
  private let otherStride: Int

  /// Tiles of rows that are contiguous along K.
  @inline(__always)
  init(rowMajor start: UnsafePointer<S>, rowStride: Int) {
    self.init(TileOfA(rowMajor: start, rowStride: rowStride), stride: Tile.rows * rowStride)
  }

  /// Micro-panels a stride apart.
  @inline(__always)
  init(packed start: UnsafePointer<S>, stride: Int) { self.init(TileOfA(packed: start), stride: stride) }

  @inline(__always)
  private init(_ start: TileOfA<S>, stride: Int) { self.init(start, stride, 0, start, stride) }

  @inline(__always)
  private init(_ start: TileOfA<S>, _ stride: Int, _ count: Int, _ others: TileOfA<S>, _ otherStride: Int) {
    (self.start, self.stride, self.count) = (start, stride, count)
    (self.others, self.otherStride) = (others, otherStride)
  }

  /// The first tiles of these, and behind them others.
  @inline(__always)
  func first(_ count: Int, then others: TilesOfA) -> TilesOfA {
    TilesOfA(start, stride, count, others.others, others.otherStride)
  }

  @inline(__always)
  subscript(tile: Int) -> TileOfA<S> {
    tile < count ? start.advanced(by: tile &* stride) : others.advanced(by: (tile &- count) &* otherStride)
  }
}

/// How the rows of a tile lie: each layout has a loop of its own.
protocol LayoutOfA {
  /// Elements from one row to the next.
  var rowStride: Int { get }
  /// Elements from one step of K to the next.
  var stepStride: Int { get }
}

/// Rows are contiguous along K.
struct RowMajor: LayoutOfA {
  let rowStride: Int
  var stepStride: Int { 1 }
}

/// Rows lie side by side for every step of K: a matrix that lies transposed.
struct ColumnMajor: LayoutOfA {
  var rowStride: Int { 1 }
  let stepStride: Int
}

/// A micro-panel of A: the rows of a step of K behind those of the step before it.
struct MicroPanelOfA: LayoutOfA {
  var rowStride: Int { 1 }
  var stepStride: Int { Tile.rows }
}

/// `Tile.columns` columns of B that lie side by side for every step of K.
struct MicroPanel<S: Scalar> {
  let start: UnsafePointer<S>
  /// Elements from one step of K to the next.
  let stepStride: Int

  /// A packed micro-panel.
  @inline(__always)
  init(packed start: UnsafePointer<S>) {
    self.start = start
    stepStride = Tile.columns(S.self)
  }

  /// Columns of a row-major matrix, read in place.
  @inline(__always)
  init(_ start: UnsafePointer<S>, stepStride: Int) {
    self.start = start
    self.stepStride = stepStride
  }
}

/// What becomes of a finished tile: the policy that ends a product.
protocol TileEpilogue<S> {
  associatedtype S: Scalar

  /// The memory that a tile at (`row`, `column`) will need: it is asked for while the tile is multiplied.
  func lines(row: Int, column: Int) -> EpilogueLines<S>

  /// Where a tile at (`row`, `column`) goes if all of its columns lie in C and nothing is done to it but addition.
  func target(row: Int, column: Int) -> TileTarget<S>?

  /// Takes two neighbouring vectors of the product at (`row`, `column`).
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int)

  /// Takes the first `count` columns of two neighbouring vectors, at the right edge of the matrix.
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int, count: Int)
}
