import Foundation

/// Elements whose last one lies right before memory that nobody may touch: who reads or writes behind them is stopped.
public final class GuardedMemory<Element: BitwiseCopyable> {
  /// The first element.
  public let start: UnsafeMutablePointer<Element>
  private let count: Int
  private let region: UnsafeMutableRawPointer
  private let regionSize: Int

  /// A copy of some elements.
  public init(_ elements: [Element]) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let byteCount = elements.count * MemoryLayout<Element>.stride
    let usable = (byteCount + page - 1) / page * page
    count = elements.count
    regionSize = usable + page
    guard let region = mmap(nil, regionSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      region != MAP_FAILED, mprotect(region + usable, page, PROT_NONE) == 0
    else { fatalError("no memory with a guarded page: errno \(errno)") }
    self.region = region
    start = (region + (usable - byteCount)).bindMemory(to: Element.self, capacity: max(1, count))
    start.update(from: elements, count: count)
  }

  deinit { munmap(region, regionSize) }

  /// The elements as they are now.
  public var elements: [Element] { Array(UnsafeBufferPointer(start: start, count: count)) }
}
