/// One row of a tile: neighbouring vectors of a row of C, or of B at one step of K.
protocol TileRow<S> {
  associatedtype S: Scalar

  /// How many vectors.
  static var vectors: Int { get }

  /// Zeros.
  init()
  /// The elements from an address on.
  init(_ start: UnsafePointer<S>)

  /// Adds the product of an element of A with a row of B.
  mutating func add(_ element: S.Vector, times b: Self)
  /// Writes its elements side by side.
  func store(to start: UnsafeMutablePointer<S>)
}

/// Two vectors.
struct Pair<S: Scalar>: TileRow {
  private var (left, right): (S.Vector, S.Vector)

  @inline(__always)
  static var vectors: Int { 2 }

  @inline(__always)
  init() { (left, right) = (S.Vector(), S.Vector()) }

  @inline(__always)
  init(_ start: UnsafePointer<S>) { (left, right) = (load(start), load(start + S.Vector.scalarCount)) }

  @inline(__always)
  mutating func add(_ element: S.Vector, times b: Pair) {
    left = left.addingProduct(element, b.left)
    right = right.addingProduct(element, b.right)
  }

  @inline(__always)
  func store(to start: UnsafeMutablePointer<S>) {
    Kernels.store(left, start)
    Kernels.store(right, start + S.Vector.scalarCount)
  }
}

/// Four vectors.
struct Quadruple<S: Scalar>: TileRow {
  private var (left, right): (Pair<S>, Pair<S>)

  @inline(__always)
  static var vectors: Int { 4 }

  @inline(__always)
  init() { (left, right) = (Pair(), Pair()) }

  @inline(__always)
  init(_ start: UnsafePointer<S>) { (left, right) = (Pair(start), Pair(start + 2 * S.Vector.scalarCount)) }

  @inline(__always)
  mutating func add(_ element: S.Vector, times b: Quadruple) {
    left.add(element, times: b.left)
    right.add(element, times: b.right)
  }

  @inline(__always)
  func store(to start: UnsafeMutablePointer<S>) {
    left.store(to: start)
    right.store(to: start + 2 &* S.Vector.scalarCount)
  }
}

/// The sums of a tile, all in registers, row after row.
struct TileAccumulators<Row: TileRow> {
  typealias S = Row.S
  private var (r0, r1, r2, r3, r4, r5) = (Row(), Row(), Row(), Row(), Row(), Row())

  @inline(__always)
  init() {}

  /// Adds the products of one step of K.
  @inline(__always)
  mutating func add(_ a: UnsafePointer<S>, rowStride: Int, _ b: UnsafePointer<S>) {
    let b = Row(b)
    @inline(__always)
    func element(_ row: Int) -> S.Vector { S.Vector(repeating: a[row &* rowStride]) }
    r0.add(element(0), times: b)
    r1.add(element(1), times: b)
    r2.add(element(2), times: b)
    r3.add(element(3), times: b)
    r4.add(element(4), times: b)
    r5.add(element(5), times: b)
  }

  /// Writes row after row.
  @inline(__always)
  func store(to start: UnsafeMutablePointer<S>) {
    let width = Row.vectors &* S.Vector.scalarCount
    r0.store(to: start)
    r1.store(to: start + width)
    r2.store(to: start + 2 &* width)
    r3.store(to: start + 3 &* width)
    r4.store(to: start + 4 &* width)
    r5.store(to: start + 5 &* width)
  }
}

/// Memory for a finished tile, on the stack of the product that multiplies tile after tile.
struct TileMemory<S: Scalar> {
  private var sums = TileAccumulators<Tile.Row<S>>()

  /// The tile's first element.
  @inline(__always)
  mutating func withPointer(_ body: (UnsafeMutablePointer<S>) -> Void) {
    withUnsafeMutableBytes(of: &sums) { body($0.baseAddress!.assumingMemoryBound(to: S.self)) }
  }
}
