import Foundation
import Platform

/// The multiply-add rate that `threads` cores reach together on registers alone, in floating-point operations a second.
///
/// Every thread runs ten independent chains of the widest vectors' fused multiply-add, two operations a lane; the best
/// of several repetitions counts. It is the ceiling that products are measured against.
///
/// - Parameters:
///   - threads: how many cores.
///   - seconds: how long to measure.
/// - Returns: operations a second.
public func peakMultiplyAddRate(threads: Int, seconds: Double) -> Double {
  let iterations = 200_000
  let operations = Double(threads * iterations * 10 * 2 * Float.Vector.scalarCount)
  let clock = ContinuousClock()
  let start = clock.now
  var best = 0.0
  let before = ThreadPool.shared.threadCount
  ThreadPool.shared.setThreadCount(threads)
  defer { ThreadPool.shared.setThreadCount(before) }
  while clock.now - start < .seconds(seconds) {
    let duration = clock.measure {
      ThreadPool.shared.run(threads) { chunk in
        let sum = multiplyAddChains(iterations, seed: Float(chunk))
        // Always true; a sum that nobody asks about would let the compiler leave out the loop.
        precondition(!sum.isInfinite)
      }
    }
    best = max(best, operations / (duration / .seconds(1)))
  }
  return best
}

/// Ten chains x ← x·a + b that cannot be folded, for `iterations` steps.
@inline(never)
private func multiplyAddChains(_ iterations: Int, seed: Float) -> Float {
  typealias V = Float.Vector
  let (a, b) = (V(repeating: 0.999), V(repeating: 0.001 + seed * 1e-6))
  var (x0, x1, x2, x3, x4) = (b, b + 1, b + 2, b + 3, b + 4)
  var (x5, x6, x7, x8, x9) = (b + 5, b + 6, b + 7, b + 8, b + 9)
  for _ in 0..<iterations {
    (x0, x1, x2) = (b.addingProduct(x0, a), b.addingProduct(x1, a), b.addingProduct(x2, a))
    (x3, x4, x5) = (b.addingProduct(x3, a), b.addingProduct(x4, a), b.addingProduct(x5, a))
    (x6, x7, x8) = (b.addingProduct(x6, a), b.addingProduct(x7, a), b.addingProduct(x8, a))
    x9 = b.addingProduct(x9, a)
  }
  return (x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9).sum()
}
