import Foundation
import Synchronization

// Several threads that call one pool at once, loops within chunks, and a thread that changes how many take part: for
// ThreadSanitizer, which `pool.sh` builds this with.

@main
struct PoolRaces {
  static func main() {
    let pool = ThreadPool.shared
    let callers = DispatchGroup()
    let isOver = Atomic<Bool>(false)
    for caller in 0..<4 {
      callers.enter()
      Thread {
        for round in 0..<300 {
          let count = 2 + (caller * 37 + round) % 97
          let sums = pool.map(count) { chunk in pool.map(3) { chunk * 3 + $0 }.reduce(0, +) }
          precondition(sums == (0..<count).map { 9 * $0 + 3 }, "a chunk was lost, or done twice")
          var memory = [Int](repeating: 0, count: count)
          memory.withUnsafeMutableBufferPointer { memory in pool.runUnchecked(count) { memory[$0] += $0 } }
          precondition(memory == Array(0..<count), "a chunk was lost, or done twice")
          // Longer than workers wait before they sleep.
          if round % 50 == 0 { usleep(3000) }
        }
        callers.leave()
      }.start()
    }
    let changer = DispatchGroup()
    changer.enter()
    Thread {
      var count = 0
      while !isOver.load(ordering: .acquiring) {
        count += 1
        pool.setThreadCount(1 + count % 5)
        usleep(200)
      }
      changer.leave()
    }.start()
    callers.wait()
    isOver.store(true, ordering: .releasing)
    changer.wait()
    print("no races in the thread pool")
  }
}
