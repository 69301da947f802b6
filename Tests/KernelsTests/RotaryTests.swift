@testable import Kernels
import TestSupport
import Testing

extension KernelTests {
  struct RotaryTests {
    @Test(arguments: RotaryPairing.allCases, [Rotation<Double>.Direction.forward, .backward])
    func matchesNaive(pairing: RotaryPairing, direction: Rotation<Double>.Direction) {
      let inverse = direction == .backward
      for (batch, time, heads, headDim, rotated) in [
        (1, 1, 1, 2, 2), (2, 3, 5, 7, 6), (3, 5, 2, 38, 26), (2, 37, 3, 74, 74), (2, 19, 5, 34, 0), (0, 3, 5, 8, 8),
      ] {
        check(batch, time, heads, headDim, rotated, pairing, inverse, Float.self)
        check(batch, time, heads, headDim, rotated, pairing, inverse, Double.self)
      }
    }

    func check<S: Scalar>(
      _ batch: Int, _ time: Int, _ heads: Int, _ headDim: Int, _ rotated: Int, _ pairing: RotaryPairing,
      _ inverse: Bool, _: S.Type
    ) {
      let x: [S] = Samples.uniform(batch * time * heads * headDim, name: "x")
      let forward = Rotation<S>(
        positionCount: time + 2, rotatedDimensions: rotated, theta: 100, pairing: pairing, offset: 3)
      let rotation = inverse ? forward.inverse : forward
      let expected = Naive.rows(doubles(x), columns: headDim).enumerated().flatMap { i, row in
        Naive.rotateRow(
          row, position: 3 + i / heads % time, rotated: rotated, theta: 100, pairing: pairing, inverse: inverse)
      }
      func kernel(_ x: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>, _ accumulation: Accumulation) {
        rotate(x, batch: batch, time: time, heads: heads, headDim: headDim, by: rotation, into: y, accumulation)
      }
      expectBoth(expected, S.self, ulps: 2, magnitude: 4) { kernel(x, $0, $1) }
      let inPlace = written(count: x.count, initial: x) { kernel($0, $0, .overwrite) }
      expectClose(inPlace, expected, ulps: 2, magnitude: 4)
    }

    let headDim = 14
    func turned(_ x: [Double], at position: Int, _ pairing: RotaryPairing, inverse: Bool = false) -> [Double] {
      let rotation = Rotation<Double>(positionCount: position + 1, rotatedDimensions: headDim, pairing: pairing)
      return written(count: headDim) {
        rotateRow(x, by: (inverse ? rotation.inverse : rotation).table, position: position, headDim: headDim, into: $0)
      }
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    @Test(arguments: RotaryPairing.allCases) func definingProperties(pairing: RotaryPairing) {
      let q: [Double] = Samples.uniform(headDim, name: "q")
      let k: [Double] = Samples.uniform(headDim, name: "k")
      #expect(turned(q, at: 0, pairing) == q)
      #expect(turned(q, at: 5, pairing) != q)
      let there = turned(q, at: 29, pairing)
      #expect(abs(dot(there, there) - dot(q, q)) < 1e-13)
      expectClose(turned(there, at: 29, pairing, inverse: true), q, ulps: 4, magnitude: 4)
      // The score depends on the distance alone, and does depend on it.
      let score = dot(turned(q, at: 3, pairing), turned(k, at: 10, pairing))
      #expect(abs(dot(turned(q, at: 20, pairing), turned(k, at: 27, pairing)) - score) < 1e-12)
      #expect(abs(dot(turned(q, at: 20, pairing), turned(k, at: 28, pairing)) - score) > 1e-3)
    }

    @Test func theGradientIsTheInverse() {
      // ⟨dy, R x⟩ = ⟨R⁻¹ dy, x⟩.
      let x: [Double] = Samples.uniform(headDim, name: "x")
      let dy: [Double] = Samples.uniform(headDim, name: "dy")
      for pairing in RotaryPairing.allCases {
        let forward = dot(dy, turned(x, at: 7, pairing))
        #expect(abs(forward - dot(turned(dy, at: 7, pairing, inverse: true), x)) < 1e-13)
      }
    }
  }
}
