import Platform
import Synchronization
import Testing

@Suite(.serialized)
struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 8, 2, 1])
  func runsEveryChunkOnce(threads: Int) {
    let pool = ThreadPool.shared
    let before = pool.threadCount
    defer { pool.setThreadCount(before) }
    pool.setThreadCount(threads)
    for count in [0, 1, 2, 7, 1000] {
      let calls = UnsafeMutablePointer<Int>.allocate(capacity: count + 1)
      calls.initialize(repeating: 0, count: count + 1)
      defer { calls.deallocate() }
      pool.run(count) { calls[$0] += 1 }
      #expect((0..<count).allSatisfy { calls[$0] == 1 })
      #expect(calls[count] == 0)
    }
  }

  @Test func nestedLoopsRunOnTheCallingThread() {
    let total = Atomic<Int>(0)
    ThreadPool.shared.run(8) { _ in
      ThreadPool.shared.run(8) { _ in total.add(1, ordering: .relaxed) }
    }
    #expect(total.load(ordering: .relaxed) == 64)
  }
}
