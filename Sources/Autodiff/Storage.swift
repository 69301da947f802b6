import Kernels
import Platform

/// The elements of a tensor: memory from the arena that goes back when nobody refers to it any more.
///
/// A pointer holds nothing. It is good while somebody else holds the storage: the caller, what a function is given; the
/// tape, an output and whatever a pullback captures. So a pullback captures storage and takes the pointers inside, and
/// what an operation needs for itself alone is no storage but scratch, whose life is its scope (`withScratch`).
final class Storage<S: Scalar> {
  /// The first element; aligned to 64 bytes.
  let pointer: UnsafeMutablePointer<S>
  /// The number of elements.
  let count: Int

  /// Storage for `count` elements, undefined until written.
  init(uninitialized count: Int) {
    self.count = count
    pointer = Arena.shared.take(byteCount: count * MemoryLayout<S>.stride).bindMemory(to: S.self, capacity: count)
  }

  /// Storage with `count` equal elements.
  convenience init(repeating value: S, count: Int) {
    self.init(uninitialized: count)
    pointer.update(repeating: value, count: count)
  }

  /// Storage with the elements of an array.
  convenience init(_ elements: [S]) {
    self.init(uninitialized: elements.count)
    elements.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { pointer.update(from: start, count: source.count) }
    }
  }

  /// Makes a reference the only one to its elements, by a copy if need be, so that changing them changes nothing else.
  static func makeUnique(_ storage: inout Storage) {
    guard !isKnownUniquelyReferenced(&storage) else { return }
    let copy = Storage(uninitialized: storage.count)
    scale(UnsafePointer(storage.pointer), by: 1, count: storage.count, into: copy.pointer)
    storage = copy
  }

  /// The elements as a row-major matrix.
  func matrix(rows: Int, columns: Int) -> Matrix<S> { Matrix(pointer, rows: rows, columns: columns) }

  deinit {
    Arena.shared.give(UnsafeMutableRawPointer(pointer), byteCount: count * MemoryLayout<S>.stride)
  }

  /// The elements as an array.
  var elements: [S] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

/// Lends memory for `count` elements, undefined at first, for as long as the body runs.
func withScratch<S: Scalar>(_ count: Int, _ body: (UnsafeMutablePointer<S>) -> Void) {
  Arena.shared.withScratch(S.self, count: count, body)
}
