/// LLVM's prefetch, which Swift does not name.
///
/// The operands say whether to write, how long to keep (3 in all caches, 2 from the second level on), and 1 for data.
/// It becomes one instruction, which cannot fault whatever the address.
@_silgen_name("llvm.prefetch.p0")
@inline(__always)
private func llvmPrefetch(_ address: UnsafeRawPointer, _ writes: Int32, _ locality: Int32, _ kind: Int32)

/// Brings some vectors in each of some rows near that will be written soon.
@inline(__always)
func prefetchForWriting<S: Scalar>(_ address: UnsafePointer<S>, rowStride: Int, rows: Int, vectors: Int) {
  prefetchVectors(address, rowStride: rowStride, rows: rows, vectors: vectors) { llvmPrefetch($0, 1, 3, 1) }
}

/// Brings some vectors in each of some rows near that will be read soon.
@inline(__always)
func prefetchForReading<S: Scalar>(_ address: UnsafePointer<S>, rowStride: Int, rows: Int, vectors: Int) {
  prefetchVectors(address, rowStride: rowStride, rows: rows, vectors: vectors) { llvmPrefetch($0, 0, 3, 1) }
}

@inline(__always)
private func prefetchVectors<S: Scalar>(
  _ address: UnsafePointer<S>, rowStride: Int, rows: Int, vectors: Int, _ prefetch: (UnsafeRawPointer) -> Void
) {
  var address = address
  for _ in 0..<rows {
    for vector in 0..<vectors { prefetch(address + vector &* S.Vector.scalarCount) }
    address += rowStride
  }
}

/// A part of a matrix that is needed after the one at hand, brought into the second-level cache bit by bit.
///
/// Products are fast enough to wait for memory whenever they begin a block; asked for while the block before is
/// multiplied, its elements are there in time.
struct UpcomingPart<S: Scalar> {
  private var address: UnsafePointer<S>
  private let lineStride: Int
  private let lineCount: Int
  private var line = 0
  private var offset = 0
  private let elementsPerLine = 64 / MemoryLayout<S>.stride
  private let length: Int

  /// Nothing to come.
  static var nothing: UpcomingPart { UpcomingPart(rows: 0..<0, columns: 0..<0) }

  /// The elements of a matrix in some rows and columns.
  init(_ matrix: Matrix<S>, rows: Range<Int>, columns: Range<Int>) {
    let isRowMajor = matrix.columnStride == 1
    address = matrix.elements + rows.lowerBound * matrix.rowStride + columns.lowerBound * matrix.columnStride
    lineStride = isRowMajor ? matrix.rowStride : matrix.columnStride
    lineCount = isRowMajor ? rows.count : columns.count
    length = isRowMajor ? columns.count : rows.count
  }

  private init(rows: Range<Int>, columns: Range<Int>) {
    address = UnsafePointer(bitPattern: 64)!
    (lineStride, lineCount, length) = (0, 0, 0)
  }

  /// How many cache lines it has, nearly.
  var count: Int { lineCount * ((length + elementsPerLine - 1) / elementsPerLine) }

  /// Asks for about the next `count` cache lines: no further than the end of a row.
  @inline(__always)
  mutating func fetch(_ count: Int) {
    guard line < lineCount else { return }
    let end = min(offset &+ count &* elementsPerLine, length)
    while offset < end {
      llvmPrefetch(address + offset, 0, 2, 1)
      offset &+= elementsPerLine
    }
    if offset >= length {
      offset = 0
      line &+= 1
      address += lineStride
    }
  }
}

/// Something that is fetched bit by bit while a product is computed.
protocol Fetching {
  /// Asks for the next bit.
  mutating func proceed()
}

/// For products whose operands are in the cache already.
struct NothingToFetch: Fetching {
  @inline(__always)
  mutating func proceed() {}
}

/// A part of a matrix, shared out over a number of times.
struct Fetched<S: Scalar>: Fetching {
  private var part: UpcomingPart<S>
  private let count: Int

  /// A part that is there after `times` calls of `proceed`.
  @inline(__always)
  init(_ part: UpcomingPart<S>, times: Int) {
    self.part = part
    count = (part.count + times - 1) / times
  }

  @inline(__always)
  mutating func proceed() { part.fetch(count) }
}

/// Two things that are fetched side by side.
struct Both<First: Fetching, Second: Fetching>: Fetching {
  private var first: First
  private var second: Second

  @inline(__always)
  init(_ first: First, _ second: Second) {
    (self.first, self.second) = (first, second)
  }

  @inline(__always)
  mutating func proceed() {
    first.proceed()
    second.proceed()
  }
}
