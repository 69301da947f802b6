import Platform

/// About as many elements as one chunk of a loop holds: 64 KiB of `Float`, some microseconds of work.
///
/// Boundaries between chunks follow from the problem's size alone, so results do not depend on the thread count.
let chunkSize = 16_384

/// Calls `body` with consecutive ranges that cover `0..<count`, on all threads.
///
/// `size` is the elements of a range; the last may have fewer.
@inline(__always)
func forEachChunk(of count: Int, size: Int = chunkSize, _ body: (Range<Int>) -> Void) {
  ThreadPool.shared.runUnchecked((count + size - 1) / size) { chunk in
    body(chunk * size..<min(count, (chunk + 1) * size))
  }
}

/// Calls `body` with consecutive ranges of rows, of about `chunkSize` elements each, on all threads.
@inline(__always)
func forEachChunk(ofRows rows: Int, columns: Int, _ body: (Range<Int>) -> Void) {
  forEachChunk(of: rows, size: max(1, chunkSize / max(1, columns)), body)
}

/// A chunk of one of several arrays, so that one loop goes over them all.
struct ArrayChunk {
  /// Which array.
  let array: Int
  /// Which elements of it.
  let range: Range<Int>

  /// The chunks of arrays with these numbers of elements, one array after another.
  static func chunks(of counts: [Int]) -> [ArrayChunk] {
    counts.enumerated().flatMap { array, count in
      stride(from: 0, to: count, by: chunkSize).map {
        ArrayChunk(array: array, range: $0..<min(count, $0 + chunkSize))
      }
    }
  }
}
