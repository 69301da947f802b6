import TestSupport
import Testing

@testable import Kernels

/// Packing by itself: which products pack their rows depends on the build.
struct PackingTests {
  /// Rows around whole tiles, steps around whole fours.
  @Test(arguments: [false, true], [(6, 4), (1, 1), (13, 19), (20, 7), (17, 258)])
  func micropanelsHoldTheRows(transposed: Bool, size: (Int, Int)) {
    check(transposed, size, Float.self)
    check(transposed, size, Double.self)
  }

  private func check<S: Scalar>(_ transposed: Bool, _ size: (Int, Int), _: S.Type) {
    let (rows, depth) = size
    let elements: [S] = Samples.uniform((rows + 5) * (depth + 3), name: "a")
    elements.withUnsafeBufferPointer { elements in
      let start = elements.baseAddress!
      // A block that begins at row 2 and step 3 of a larger matrix.
      let a =
        transposed
        ? Matrix(start, rows: depth + 3, columns: rows + 5).transposed
        : Matrix(start, rows: rows + 5, columns: depth + 3)
      var sums = [S](repeating: 1, count: rows)
      let block = BlockOfA(a, rows: 2..<2 + rows, steps: 3..<3 + depth)
      sums.withUnsafeMutableBufferPointer { sums in
        block.withPacked(addingTo: transposed ? sums.baseAddress : nil) { tiles in
          for tile in 0..<(rows + Tile.rows - 1) / Tile.rows {
            let packed = tiles[tile]
            #expect(packed.rowStride == 1 && packed.stepStride == Tile.rows)
            for (row, step) in (0..<Tile.rows).flatMap({ row in (0..<depth).map { (row, $0) } }) {
              let found = packed.start[step * Tile.rows + row]
              if tile * Tile.rows + row < rows {
                #expect(found == element(a, row: 2 + tile * Tile.rows + row, step: 3 + step))
              } else {
                #expect(found.isFinite)
              }
            }
          }
        }
      }
      for row in 0..<rows where transposed {
        #expect(sums[row] == (0..<depth).reduce(1) { $0 + element(a, row: 2 + row, step: 3 + $1) })
      }
      #expect(transposed || sums.allSatisfy { $0 == 1 })
    }
  }

  private func element<S: Scalar>(_ a: Matrix<S>, row: Int, step: Int) -> S {
    a.elements[row * a.rowStride + step * a.columnStride]
  }

  /// Four steps of eight rows, each element a number of its own.
  @Test func fourStepsAreTransposed() {
    let x = (0..<80).map(Float.init)
    x.withUnsafeBufferPointer { x in
      let p = x.baseAddress!
      let steps = transposeFour(p, p + 10, p + 20, p + 30, p + 40, p + 50, p + 60, p + 70)
      for (step, found) in [steps.0, steps.1, steps.2, steps.3].enumerated() {
        #expect((0..<8).map { found[$0] } == (0..<8).map { Float(10 * $0 + step) })
      }
    }
  }

  /// Half times half, `depth` times over.
  @Test(arguments: TimedMicroKernel.Layout.allCases, [TimedMicroKernel.Place.firstLevel, .secondLevel])
  func theTimedKernelMultiplies(layout: TimedMicroKernel.Layout, place: TimedMicroKernel.Place) {
    let kernel = TimedMicroKernel(layout, place, threads: 2)
    #expect(kernel.depth >= 16 && kernel.run() == Float(kernel.depth) / 4)
  }
}
