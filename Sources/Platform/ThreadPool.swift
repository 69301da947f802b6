import Foundation
import Synchronization

/// A few persistent threads that share out the chunks of one loop at a time.
///
/// What a chunk computes may depend on its index alone, never on which thread takes it or on how many there are:
/// that is what makes results equal to the bit for any number of threads.
///
/// Several threads may call at once. One of them gets the workers; the others do their chunks themselves, as does whoever
/// calls from within a chunk.
///
/// `@unchecked`, since the compiler does not see what guards `body` and the other plain variables: only the thread that
/// has set `isBusy` writes them, and a worker reads them between the rise of `generation` and its own decrement of
/// `working`, which that thread waits for.
public final class ThreadPool: @unchecked Sendable {
  /// The pool that kernels use.
  public static let shared = ThreadPool()

  /// The number of cores this process may run on.
  public static var coreCount: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// What the workers run; set before `generation` is raised and cleared after all have left.
  private var body: ((Int) -> Void)?
  private var chunkCount = 0
  /// Each thread's next chunk, in a cache line of its own.
  private let nextChunks: UnsafeMutablePointer<Atomic<Int>>
  private static let lineStride = 16
  /// A counter of loops in the high bits, and in the low ones how many threads take part in that loop: a worker
  /// learns both at once, so one that does not take part never touches `body`.
  private let generation = Atomic<Int>(0)
  private let working = Atomic<Int>(0)
  private let isBusy = Atomic<Bool>(false)
  private var threads: [Thread] = []
  private let sleepers = Atomic<Int>(0)
  private let wakeUp = NSCondition()

  /// How many threads take part, the calling one included.
  public var threadCount: Int { activeCount.load(ordering: .acquiring) }

  private let activeCount = Atomic<Int>(1)

  private init() {
    nextChunks = .allocate(capacity: Self.lineStride * Self.maximumThreadCount)
    for i in 0..<Self.lineStride * Self.maximumThreadCount { (nextChunks + i).initialize(to: Atomic(0)) }
    setThreadCount(Self.coreCount)
  }

  /// Changes how many threads take part.
  ///
  /// Threads beyond the new number stay asleep. A loop that is under way is waited for.
  ///
  /// - Precondition: `count` is at least 1 and at most `maximumThreadCount`, and the caller is no chunk of a loop, which
  ///   would wait for itself.
  public func setThreadCount(_ count: Int) {
    precondition((1...Self.maximumThreadCount).contains(count), "ThreadPool: \(count) threads")
    while isBusy.exchange(true, ordering: .acquiringAndReleasing) { sched_yield() }
    defer { isBusy.store(false, ordering: .releasing) }
    activeCount.store(count, ordering: .releasing)
    while threads.count < count - 1 {
      let number = threads.count + 1
      let start = generation.load(ordering: .acquiring)
      let thread = Thread { [unowned self] in self.work(number: number, since: start) }
      thread.stackSize = 16 << 20
      thread.name = "roformer-\(number)"
      threads.append(thread)
      thread.start()
    }
  }

  /// Calls `body` once for every chunk in `0..<count`, on all threads, and returns when all are done.
  ///
  /// The compiler sees to it that chunks share nothing that one of them could change under another.
  public func run(_ count: Int, _ body: @Sendable (Int) -> Void) { runUnchecked(count, body) }

  /// What `body` gives for `0..<count`, in order, computed on all threads.
  public func map<Value: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Value) -> [Value] {
    [Value](unsafeUninitializedCapacity: count) { values, initialized in
      // Every chunk writes its own element.
      runUnchecked(count) { index in (values.baseAddress! + index).initialize(to: body(index)) }
      initialized = count
    }
  }

  /// As `run`, for loops over raw memory: the caller answers for it that no chunk writes what another one touches.
  ///
  /// For kernels, whose chunks write parts of one buffer that do not overlap. Everything else has `run` and `map`.
  @inline(never)
  public func runUnchecked(_ count: Int, _ body: (Int) -> Void) {
    guard count > 1, activeCount.load(ordering: .relaxed) > 1, !isBusy.exchange(true, ordering: .acquiringAndReleasing)
    else {
      for chunk in 0..<max(0, count) { body(chunk) }
      return
    }
    withoutActuallyEscaping(body) { escaping in
      // No worker's use outlives the closure: this returns only when `working` is 0 again.
      self.body = escaping
      chunkCount = count
      let threadCount = self.threadCount
      for thread in 0..<threadCount {
        nextChunks[Self.lineStride * thread].store(thread * count / threadCount, ordering: .relaxed)
      }
      working.store(threadCount - 1, ordering: .relaxed)
      let loop = generation.load(ordering: .relaxed) >> Self.threadBits + 1
      generation.store(loop << Self.threadBits | threadCount, ordering: .sequentiallyConsistent)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
        wakeUp.lock()
        wakeUp.broadcast()
        wakeUp.unlock()
      }
      takeChunks(0, of: threadCount)
      var spins = 0
      while working.load(ordering: .acquiring) > 0 {
        spins += 1
        if spins > Self.spinsBeforeYield { sched_yield() }
      }
      self.body = nil
    }
    isBusy.store(false, ordering: .releasing)
  }

  /// Runs chunks until none is left: a thread's own share of neighbours first, then what others have left.
  ///
  /// The share of a thread is the same from loop to loop, so that what it wrote last is still in its core's cache.
  /// Not inlined: every reference to `body` must be gone when this returns.
  @inline(never)
  private func takeChunks(_ thread: Int, of threadCount: Int) {
    guard let body else { return }
    for offset in 0..<threadCount {
      let owner = (thread + offset) % threadCount
      let end = (owner + 1) * chunkCount / threadCount
      while true {
        let chunk = nextChunks[Self.lineStride * owner].add(1, ordering: .relaxed).oldValue
        guard chunk < end else { break }
        body(chunk)
      }
    }
  }

  /// A worker: spins for the next loop, sleeps when none comes, and leaves the loop when its chunks are gone.
  private func work(number: Int, since start: Int) {
    var seen = start
    while true {
      var spins = 0
      while generation.load(ordering: .acquiring) == seen {
        spins += 1
        if spins < Self.spinLimit {
          if spins > Self.spinsBeforeYield { sched_yield() }
          continue
        }
        wakeUp.lock()
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while generation.load(ordering: .sequentiallyConsistent) == seen { wakeUp.wait() }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
        wakeUp.unlock()
      }
      seen = generation.load(ordering: .acquiring)
      let threadCount = seen & (1 << Self.threadBits - 1)
      guard number < threadCount else { continue }
      takeChunks(number, of: threadCount)
      working.subtract(1, ordering: .releasing)
    }
  }

  /// The most threads a pool takes.
  public static let maximumThreadCount = 1 << threadBits - 1

  private static let threadBits = 12

  /// Some tens of microseconds: longer than the gap between two kernels of a step.
  private static let spinLimit = 20_000

  /// From here on a core is offered to whoever else wants it, as when there are more threads than cores.
  private static let spinsBeforeYield = 10_000
}
