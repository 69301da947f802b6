import Kernels
import TestSupport
import Testing

extension KernelTests {
  struct EmbeddingTests {
    @Test(arguments: [(0, 3, 5), (1, 1, 1), (37, 7, 19), (131, 11, 67), (257, 29, 131), (523, 401, 67)])
    func matchesNaive(count: Int, tableRows: Int, columns: Int) {
      check(count, tableRows, columns, Float.self)
      check(count, tableRows, columns, Double.self)
    }

    func check<S: Scalar>(_ count: Int, _ tableRows: Int, _ columns: Int, _: S.Type) {
      let table: [S] = Samples.uniform(tableRows * columns, name: "table")
      let dy: [S] = Samples.uniform(count * columns, name: "dy")
      let indices = Samples.indices(count, below: tableRows, name: "indices")
      let y = written(count: count * columns) {
        gatherRows(table, columns: columns, indices: indices, count: count, into: $0)
      }
      #expect(y == indices.flatMap { table[Int($0) * columns..<(Int($0) + 1) * columns] })
      var expected = [Double](repeating: 0, count: tableRows * columns)
      for (i, index) in indices.enumerated() {
        for column in 0..<columns { expected[Int(index) * columns + column] += Double(dy[i * columns + column]) }
      }
      // As many additions as the most frequent index has occurrences.
      let most = Double(Dictionary(grouping: indices) { $0 }.values.map(\.count).max() ?? 0)
      expectBoth(expected, S.self, ulps: most, magnitude: 2 + 2 * most.squareRoot()) {
        scatterAddRows(
          dy, columns: columns, indices: indices, count: count, tableRows: tableRows, into: $0, $1)
      }
    }
  }
}
