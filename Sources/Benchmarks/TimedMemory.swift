import Platform

/// Memory for kernels that are timed alone, from where tensors have theirs.
final class TimedMemory {
  /// The first element; aligned to 64 bytes.
  let pointer: UnsafeMutablePointer<Float>
  /// The number of elements.
  let count: Int

  /// Memory with `count` equal elements.
  init(repeating value: Float, count: Int) {
    self.count = count
    pointer = Arena.shared.take(byteCount: count * MemoryLayout<Float>.stride)
      .bindMemory(to: Float.self, capacity: count)
    pointer.update(repeating: value, count: count)
  }

  deinit { Arena.shared.give(UnsafeMutableRawPointer(pointer), byteCount: count * MemoryLayout<Float>.stride) }
}
