import Kernels
import Platform

/// The elements of a tensor: memory from the arena that goes back when nobody refers to it any more.
public final class Storage<S: Scalar> {
  /// The first element; aligned to 64 bytes.
  public let pointer: UnsafeMutablePointer<S>
  /// The number of elements.
  public let count: Int

  /// Storage for `count` elements, undefined until written.
  public init(uninitialized count: Int) {
    self.count = count
    pointer = Arena.shared.take(byteCount: count * MemoryLayout<S>.stride).bindMemory(to: S.self, capacity: count)
  }

  /// Storage with `count` equal elements.
  public convenience init(repeating value: S, count: Int) {
    self.init(uninitialized: count)
    pointer.update(repeating: value, count: count)
  }

  /// Storage with the elements of an array.
  public convenience init(_ elements: [S]) {
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

  deinit {
    Arena.shared.give(UnsafeMutableRawPointer(pointer), byteCount: count * MemoryLayout<S>.stride)
  }

  /// The elements as an array.
  public var elements: [S] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
