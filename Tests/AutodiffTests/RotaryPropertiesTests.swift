import Foundation
import Kernels
import TestSupport
import Testing

@testable import Autodiff

/// What defines rotary positions, seen from the operations that encoders use.
struct RotaryPropertiesTests {
  private let shape = [2, 5, 3, 8]

  private func sample(_ name: String) -> Tensor<Double> {
    Tensor(Samples.uniform(shape.reduce(1, *), name: name), shape: shape)
  }

  private func rotation(_ pairing: RotaryPairing, offset: Int = 0, theta: Double = 10000) -> Rotation<Double> {
    Rotation(positionCount: 5, rotatedDimensions: 8, theta: theta, pairing: pairing, offset: offset)
  }

  private func difference(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double {
    (a - b).elements.map(abs).max() ?? .infinity
  }

  /// Fused attention over positions 0 to 4 is that over positions 100 to 104, but not that without rotation or with
  /// another θ.
  @Test(arguments: RotaryPairing.allCases) func attentionDependsOnOffsetsAlone(pairing: RotaryPairing) {
    let (q, k, v) = (sample("q"), sample("k"), sample("v"))
    func attended(_ rotation: Rotation<Double>?) -> Tensor<Double> {
      attention(query: q, key: k, value: v, rotation: rotation)
    }
    let here = attended(rotation(pairing))
    #expect(difference(here, attended(rotation(pairing, offset: 100))) < 1e-12)
    #expect(difference(here, attended(nil)) > 1e-3)
    #expect(difference(here, attended(rotation(pairing, theta: 10))) > 1e-3)
    let other: RotaryPairing = pairing == .halves ? .interleaved : .halves
    #expect(difference(here, attended(rotation(other))) > 1e-3)
  }

  @Test(arguments: RotaryPairing.allCases) func normsAreKeptAndPositionZeroIsTheIdentity(pairing: RotaryPairing) {
    let x = sample("x")
    let y = x.rotated(by: rotation(pairing))
    #expect(difference((x * x).sum(alongAxes: [3]), (y * y).sum(alongAxes: [3])) < 1e-12)
    let first = { (x: Tensor<Double>) in x.sliced(alongAxis: 1, 0..<1) }
    let rest = { (x: Tensor<Double>) in x.sliced(alongAxis: 1, 1..<5) }
    #expect(first(x).elements == first(y).elements)
    #expect(difference(rest(x), rest(y)) > 1e-2)
  }

  /// The bound of the paper's section 3.4.3 decays with the distance, as its figure 2 shows.
  ///
  /// With S_j = Σ_{i<j} e^{i·r·θᵢ}, the mean of |S_j| bounds the score at distance r. The numbers were computed from that
  /// formula with NumPy, for heads of 128 dimensions.
  @Test func theBoundDecaysWithDistance() {
    let expected: [(distance: Int, bound: Double)] = [
      (0, 32.5), (1, 31.538166142658085), (10, 17.954137137084835), (50, 12.629452488319242),
      (100, 10.227329948505133), (250, 6.548179031941601),
    ]
    let bounds = bounds(distances: 256)
    for (distance, bound) in expected { #expect(abs(bounds[distance] - bound) < 1e-11, "distance \(distance)") }
    let windows = stride(from: 0, to: 256, by: 32).map { bounds[$0..<$0 + 32].reduce(0, +) / 32 }
    #expect(zip(windows, windows.dropFirst()).allSatisfy { $0 > $1 }, "\(windows)")
    #expect(windows[0] > 2 * windows[7])
  }

  /// |Σᵢ hᵢ e^{i·r·θᵢ}| ≤ max |hᵢ₊₁ − hᵢ| · Σ |S_j|, by Abel's summation, for the products hᵢ of queries and keys.
  @Test func scoresKeepTheBound() {
    let (pairs, distances) = (64, 256)
    let bounds = bounds(distances: distances)
    let q: [Double] = Samples.uniform(2 * pairs, name: "q")
    let k: [Double] = Samples.uniform(2 * pairs, name: "k")
    // hᵢ = qᵢ · conj(kᵢ), as real and imaginary part; h beyond the last is 0.
    var products = [SIMD2<Double>](repeating: .zero, count: pairs + 1)
    for i in 0..<pairs {
      let (a, b) = (SIMD2(q[2 * i], q[2 * i + 1]), SIMD2(k[2 * i], k[2 * i + 1]))
      products[i] = SIMD2((a * b).sum(), a.y * b.x - a.x * b.y)
    }
    let largest = (0..<pairs).reduce(0.0) { largest, i in
      let step = products[i + 1] - products[i]
      return max(largest, (step * step).sum().squareRoot())
    }
    let rotated = Tensor(k, shape: [1, 1, 1, 2 * pairs])
    for distance in 0..<distances {
      let turned = rotated.rotated(
        by: Rotation(positionCount: 1, rotatedDimensions: 2 * pairs, offset: distance))
      let score = zip(q, turned.elements).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(score) <= largest * bounds[distance] * Double(pairs))
    }
  }

  /// The mean of |S_j| over j from 1 to 64 at each distance, from the library's own table of angles.
  private func bounds(distances: Int) -> [Double] {
    let pairs = 64
    let rotation = Rotation<Double>(positionCount: distances, rotatedDimensions: 2 * pairs)
    return (0..<distances).map { distance in
      var sum = SIMD2<Double>(0, 0)
      return (0..<pairs).reduce(0) { total, pair in
        let index = distance * pairs + pair
        sum += SIMD2(rotation.table.cosines[index], rotation.table.sines[index])
        return total + (sum * sum).sum().squareRoot()
      } / Double(pairs)
    }
  }
}
