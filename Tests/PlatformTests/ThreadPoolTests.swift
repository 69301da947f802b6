import Foundation
import Platform
import Synchronization
import Testing

@Suite(.serialized)
struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 8, 2, 1])
  func runsEveryChunkOnce(threads: Int) {
    withThreads(threads) {
      for count in [0, 1, 2, 7, 1000] { #expect(Calls.wrong(of: count) == [], "\(count) chunks") }
    }
  }

  @Test func nestedLoopsRunOnTheCallingThread() {
    let total = Atomic<Int>(0)
    ThreadPool.shared.run(8) { _ in
      let caller = ObjectIdentifier(Thread.current)
      ThreadPool.shared.run(8) { _ in
        if ObjectIdentifier(Thread.current) == caller { total.add(1, ordering: .relaxed) }
      }
    }
    #expect(total.load(ordering: .relaxed) == 64)
  }

  @Test func valuesAreInOrder() {
    #expect(ThreadPool.shared.map(1000) { String($0) } == (0..<1000).map { String($0) })
    #expect(ThreadPool.shared.map(0) { String($0) } == [])
  }

  /// Several threads that call at once, while another one changes how many take part: no chunk is lost or done twice.
  @Test func severalCallersDoNotDisturbEachOther() {
    withThreads(4) {
      let wrong = Mutex<[Int]>([])
      let changes = Atomic<Bool>(true)
      let group = DispatchGroup()
      for caller in 0..<6 {
        start(group) {
          for round in 0..<200 {
            let found = Calls.wrong(of: 2 + (caller * 37 + round) % 97)
            wrong.withLock { $0 += found }
          }
        }
      }
      let changer = DispatchGroup()
      start(changer) {
        var count = 0
        while changes.load(ordering: .acquiring) {
          count += 1
          ThreadPool.shared.setThreadCount(1 + count % 5)
        }
      }
      group.wait()
      changes.store(false, ordering: .releasing)
      changer.wait()
      #expect(wrong.withLock { $0 } == [])
    }
  }

  /// Whole runs, as an experiment has them: callers within chunks, whose own loops are not handed to other threads.
  @Test func loopsWithinChunksAndBesideThem() {
    withThreads(4) {
      let group = DispatchGroup()
      let sums = Mutex<[Int]>([])
      for _ in 0..<3 {
        start(group) {
          for _ in 0..<50 {
            let parts = ThreadPool.shared.map(5) { chunk in
              ThreadPool.shared.map(11) { chunk * 11 + $0 }.reduce(0, +)
            }
            sums.withLock { $0.append(parts.reduce(0, +)) }
          }
        }
      }
      group.wait()
      #expect(sums.withLock { $0 } == Array(repeating: 54 * 55 / 2, count: 150))
    }
  }

  // MARK: - Helpers

  /// How often each chunk of a loop was called.
  private enum Calls {
    /// The chunks of a loop that were not called exactly once, none if all is well.
    static func wrong(of count: Int) -> [Int] {
      let calls = UnsafeMutablePointer<Atomic<Int>>.allocate(capacity: count + 1)
      for i in 0...count { (calls + i).initialize(to: Atomic(0)) }
      defer { calls.deallocate() }
      ThreadPool.shared.runUnchecked(count) { calls[$0].add(1, ordering: .relaxed) }
      return (0...count).filter { calls[$0].load(ordering: .relaxed) != ($0 < count ? 1 : 0) }
    }
  }

  private func withThreads(_ count: Int, _ body: () -> Void) {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(before) }
    ThreadPool.shared.setThreadCount(count)
    body()
  }

  /// Begins a thread that a group waits for.
  private func start(_ group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
    group.enter()
    let thread = Thread {
      body()
      group.leave()
    }
    thread.start()
  }
}
