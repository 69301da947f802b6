import Kernels
import Platform

/// Numbers for tests, the same in every run.
public enum Samples {
  /// `count` numbers, uniform in `range`, that depend on `name` and their index.
  public static func uniform<S: Scalar>(
    _ count: Int, _: S.Type = S.self, in range: ClosedRange<Double> = -2...2, name: String
  ) -> [S] {
    let source = RandomSource(seed: 1, purpose: name)
    let width = range.upperBound - range.lowerBound
    let numbers = (0..<count).map { range.lowerBound + width * source.uniform(at: $0) }
    // By concrete types, since unoptimized generic conversions are slow.
    return numbers as? [S] ?? numbers.map { Float($0) } as? [S] ?? numbers.map { S($0) }
  }

  /// `count` whole numbers in `0..<bound`, with repetitions.
  public static func indices(_ count: Int, below bound: Int, name: String) -> [Int32] {
    let source = RandomSource(seed: 1, purpose: name)
    return (0..<count).map { Int32(source.integer(below: bound, at: $0)) }
  }
}
