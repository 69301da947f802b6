import Foundation
import Synchronization

/// Memory for tensors and for the scratch of kernels: blocks that are handed back are kept and handed out again.
///
/// A training step asks for the same sizes as the one before, so after the first steps nothing is allocated. Sizes are
/// rounded up to eighths of a power of two, so that sizes that vary a little share blocks.
public final class Arena: Sendable {
  /// The arena that all share.
  public static let shared = Arena()

  /// Free blocks by size in bytes.
  ///
  /// Addresses rather than pointers, since those are not `Sendable`.
  private let free = Mutex<[Int: [UInt]]>([:])

  /// A block of at least `byteCount` bytes, aligned to 64, its content undefined.
  public func take(byteCount: Int) -> UnsafeMutableRawPointer {
    let size = Self.blockSize(byteCount)
    if let address = free.withLock({ $0[size]?.popLast() }) {
      return UnsafeMutableRawPointer(bitPattern: address)!
    }
    guard size >= Self.hugePage else { return UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64) }
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: Self.hugePage)
    #if os(Linux)
      // Fewer misses of the translation buffer: a large matrix is walked with strides of whole pages.
      madvise(block, size, MADV_HUGEPAGE)
    #endif
    return block
  }

  /// Bytes of a huge page; blocks from this size on are made of them where the system has them.
  private static let hugePage = 2 << 20

  /// Takes back a block that `take(byteCount:)` gave.
  public func give(_ block: UnsafeMutableRawPointer, byteCount: Int) {
    free.withLock { $0[Self.blockSize(byteCount), default: []].append(UInt(bitPattern: block)) }
  }

  private static func blockSize(_ byteCount: Int) -> Int {
    let least = max(byteCount, 64)
    let eighth = max(64, (1 << (Int.bitWidth - 1 - (least - 1).leadingZeroBitCount)) >> 3)
    return (least + eighth - 1) / eighth * eighth
  }

  /// Lends a block of `count` elements, undefined at first, for as long as the body runs.
  @inline(__always)
  public func withScratch<T: BitwiseCopyable>(
    _: T.Type, count: Int, _ body: (UnsafeMutablePointer<T>) -> Void
  ) {
    let byteCount = count * MemoryLayout<T>.stride
    let block = take(byteCount: byteCount)
    defer { give(block, byteCount: byteCount) }
    body(block.bindMemory(to: T.self, capacity: count))
  }
}
