import Kernels
import Platform
import TestSupport
import Testing

/// All kernels' tests, one after another, because some change the thread count.
@Suite(.serialized)
enum KernelTests {}

/// Expects both accumulations of a kernel to match a naive result.
///
/// The tolerance is `ulps` units in the last place of the larger of `magnitude` (of what is summed) and the result,
/// and for a sum with what was there, one more of that sum.
func expectBoth<S: Scalar>(
  _ expected: [Double], _: S.Type, ulps: Double, magnitude: Double = 0,
  sourceLocation: SourceLocation = #_sourceLocation, _ kernel: (UnsafeMutablePointer<S>, Accumulation) -> Void
) {
  let overwritten = written(count: expected.count) { kernel($0, .overwrite) }
  expectClose(overwritten, expected, ulps: ulps, magnitude: magnitude, sourceLocation: sourceLocation)
  let initial: [S] = Samples.uniform(expected.count, name: "initial")
  let added = written(count: expected.count, initial: initial) { kernel($0, .add) }
  expectClose(
    added, zip(doubles(initial), expected).map { $0 + $1 }, ulps: ulps + 1,
    magnitude: max(magnitude, 4, expected.lazy.map { abs($0) }.max() ?? 0), sourceLocation: sourceLocation)
}

/// Expects numbers within `ulps` units in the last place of the larger of `magnitude` and the expected number.
func expectClose<S: Scalar>(
  _ actual: [S], _ expected: [Double], ulps: Double, magnitude: Double = 0,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.count == expected.count, sourceLocation: sourceLocation)
  let unit = Double(S.ulpOfOne)
  let smallest = Double(S.leastNonzeroMagnitude)
  let actual = doubles(actual)
  for i in 0..<min(actual.count, expected.count) where actual[i] != expected[i] {
    let tolerance = ulps * unit * max(magnitude, abs(expected[i])) + smallest
    if !(abs(actual[i] - expected[i]) <= tolerance) {
      Issue.record(
        "\(S.self): element \(i) of \(expected.count) is \(actual[i]), expected \(expected[i]) ± \(tolerance)",
        sourceLocation: sourceLocation)
      return
    }
  }
}

/// The numbers in `Double`, exactly; by concrete types, since unoptimized generic conversions are slow.
func doubles<S: Scalar>(_ x: [S]) -> [Double] {
  if let x = x as? [Float] { return x.map { Double($0) } }
  return x as? [Double] ?? x.map { Double($0) }
}

/// Runs `body` with a number of threads and restores the number before.
func withThreads<Result>(_ count: Int, _ body: () -> Result) -> Result {
  let before = ThreadPool.shared.threadCount
  defer { ThreadPool.shared.setThreadCount(before) }
  ThreadPool.shared.setThreadCount(count)
  return body()
}

/// Expects a kernel to write the same bits with 1, 2, 3 and 8 threads.
func expectSameBits(
  _ name: String, count: Int, sourceLocation: SourceLocation = #_sourceLocation,
  _ kernel: (UnsafeMutablePointer<Float>) -> Void
) {
  func bits(_ threads: Int) -> [UInt32] { withThreads(threads) { written(count: count, kernel).map(\.bitPattern) } }
  let one = bits(1)
  for threads in [2, 3, 8] {
    // Compared outside of the macro, which would print both.
    let isSame = bits(threads) == one
    #expect(isSame, "\(name) with \(threads) threads", sourceLocation: sourceLocation)
  }
}

/// Sizes around the edges of vectors and chunks.
let sizes = [0, 1, 3, 17, 37, 131, 16_391]
