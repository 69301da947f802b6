// What a micro-kernel works on: its tile of C, and how the factors lie.

/// The register tile of a micro-kernel: a parameter of the instruction set.
enum Tile {
  /// Rows of every tile.
  static let rows = 6

  #if X86_64_V4 || arch(arm64)
    /// Thirty-two registers: 24 accumulators, four columns of B, and a broadcast element of A.
    ///
    /// Wide rather than high: each element of A costs an instruction of its own, and where two threads share a core,
    /// as on most virtual machines, instructions are what is short.
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

/// How the rows of A lie: the policy that begins a product.
///
/// What lies in memory is read in place.
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

  /// Takes two neighbouring vectors of the product at (`row`, `column`).
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int)

  /// Takes the first `count` columns of two neighbouring vectors, at the right edge of the matrix.
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int, count: Int)
}
