import Autodiff
import Kernels
import Platform
import TestSupport

/// A property that defines an operation, as a check of any implementation of it.
struct PropertyCheck: Sendable {
  /// What must hold.
  let name: String
  /// Whether it holds.
  let holds: @Sendable (OperationSet) -> Bool

  static let all: [PropertyCheck] = normalizations + embeddings + rotations + attentions + training

  private typealias Value = Tensor<Double>

  private static func sample(_ shape: [Int], _ name: String) -> Value {
    Value(Samples.uniform(shape.reduce(1, *), name: name), shape: shape)
  }

  /// The output and the gradient of the first input for a random cotangent.
  private static func pass(
    _ x: Value, _ function: (Value) -> Value
  ) -> (output: Value, cotangent: Value, gradient: Value) {
    let tape = Tape<Double>()
    let variable = tape.variable(x)
    let output = function(variable)
    let cotangent = sample(output.shape, "cotangent")
    let gradient = tape.gradients(of: output, cotangent: cotangent)[variable]
    return (output.detached, cotangent, gradient?.detached ?? Value(repeating: 0, shape: x.shape))
  }

  private static func largest(_ x: Value) -> Double { x.elements.map(abs).max() ?? 0 }
  private static func areNear(_ a: Value, _ b: Value) -> Bool { a.shape == b.shape && largest(a - b) < 1e-12 }

  private static let normalizations = [
    PropertyCheck(name: "softmax: a gradient's rows sum to zero") { operations in
      largest(pass(sample([3, 7], "x"), operations.softmax).gradient.sum(alongAxes: [1])) < 1e-14
    },
    PropertyCheck(name: "LayerNorm: a gradient's rows sum to zero") { operations in
      let (gain, bias) = (sample([7], "gain"), sample([7], "bias"))
      let gradient = pass(sample([3, 7], "x")) { operations.layerNorm($0, gain, bias) }.gradient
      return largest(gradient.sum(alongAxes: [1])) < 1e-13
    },
    PropertyCheck(name: "GELU: Φ(1) at 1, x for large x, and a gradient of 1 there") { operations in
      let found = pass(Value([1, 9])) { operations.gelu($0) }
      let slope = found.gradient.elements[1] / found.cotangent.elements[1]
      return abs(found.output.elements[0] - 0.8413447460685429) < 1e-14
        && abs(found.output.elements[1] - 9) < 1e-14 && abs(slope - 1) < 1e-12
    },
    PropertyCheck(name: "cross-entropy: falls where the label's logit rises") { operations in
      let tape = Tape<Double>()
      let logits = tape.variable(sample([1, 5], "logits"))
      let gradient = tape.gradients(of: operations.crossEntropy(logits, [2]).sum())[logits]?.elements ?? []
      return gradient[2] < 0 && abs(gradient.reduce(0, +)) < 1e-14
    },
    PropertyCheck(name: "dropout: keeps the mean") { operations in
      let ones = Value(repeating: 1, shape: [100, 100])
      let mean = operations.dropout(ones, 0.3, RandomSource(seed: 1, purpose: "mean")).mean().scalar
      // Five standard deviations of a mean of 10⁴ numbers that are 0 or 1/0.7.
      return abs(mean - 1) < 5 * (0.3 / 0.7 / 1e4).squareRoot()
    },
  ]

  private static let embeddings = [
    PropertyCheck(name: "embedding: gradients of all rows sum to the cotangent") { operations in
      let found = pass(sample([5, 3], "table")) { operations.gather($0, [1, 1, 4, 1, 0, 4], [6]) }
      return areNear(found.gradient.sum(alongAxes: [0]), found.cotangent.sum(alongAxes: [0]))
    }
  ]

  // MARK: - Rotary positions

  private static let headDim = 6

  private static func turned(
    _ operations: OperationSet, _ x: Value, at position: Int, _ pairing: RotaryPairing, theta: Double = 100
  ) -> Value {
    operations.rotate(
      x.reshaped(to: [1, 1, 1, headDim]),
      operations.rotation(
        positionCount: 1, rotatedDimensions: headDim, theta: theta, pairing: pairing, offset: position)
    ).reshaped(to: [headDim])
  }

  private static let rotations: [PropertyCheck] = RotaryPairing.allCases.flatMap { pairing in
    [
      PropertyCheck(name: "rotary: scores depend on the offset, and on it alone (\(pairing))") { operations in
        let (q, k) = (sample([headDim], "q"), sample([headDim], "k"))
        func score(_ m: Int, _ n: Int) -> Double {
          (turned(operations, q, at: m, pairing) * turned(operations, k, at: n, pairing)).sum().scalar
        }
        return abs(score(3, 8) - score(20, 25)) < 1e-12 && abs(score(3, 8) - score(3, 9)) > 1e-3
      },
      PropertyCheck(name: "rotary: norms are kept (\(pairing))") { operations in
        let x = sample([headDim], "x")
        let y = turned(operations, x, at: 17, pairing)
        return abs((x * x).sum().scalar - (y * y).sum().scalar) < 1e-12
      },
      PropertyCheck(name: "rotary: the identity at position 0 and nowhere else (\(pairing))") { operations in
        let x = sample([headDim], "x")
        return areNear(turned(operations, x, at: 0, pairing), x) && !areNear(turned(operations, x, at: 1, pairing), x)
      },
      PropertyCheck(name: "rotary: pair i turns by θ^(−2i/d) a position (\(pairing))") { operations in
        let x = sample([headDim], "x")
        return [10.0, 100].allSatisfy { theta in
          let expected = Naive.rotateRow(
            x.elements, position: 3, rotated: headDim, theta: theta, pairing: pairing, inverse: false)
          return areNear(turned(operations, x, at: 3, pairing, theta: theta), Value(expected))
        }
      },
      PropertyCheck(name: "rotary: the gradient, rotated, is the cotangent (\(pairing))") { operations in
        let found = pass(sample([headDim], "x")) { turned(operations, $0, at: 5, pairing) }
        return areNear(turned(operations, found.gradient, at: 5, pairing), found.cotangent)
      },
    ]
  }

  // MARK: - Attention

  private static let heads = [1, 4, 2, headDim]

  private static func attended(
    _ operations: OperationSet, _ q: Value, _ k: Value, _ v: Value, padding: [Bool]? = nil
  ) -> Value {
    operations.attention(
      q, k, v, keyPadding: padding,
      rotation: operations.rotation(positionCount: 4, rotatedDimensions: headDim, theta: 100))
  }

  private static let attentions = [
    PropertyCheck(name: "attention: equal scores give the mean of the values, which are not rotated") { operations in
      let values = sample(heads, "v")
      let found = attended(operations, Value(repeating: 0, shape: heads), sample(heads, "k"), values)
      return areNear(found, values.mean(alongAxes: [1]).reshaped(to: [1, 1, 2, headDim]) + found.scaled(by: 0))
    },
    PropertyCheck(name: "attention: hidden keys and their values change nothing") { operations in
      let (q, k, v) = (sample(heads, "q"), sample(heads, "k"), sample(heads, "v"))
      let hidden = [false, false, true, false]
      let mask = Value(hidden.map { $0 ? 1 : 0 }, shape: [1, 4, 1, 1])
      let (otherKeys, otherValues) = (k + mask * sample(heads, "more"), v - mask * sample(heads, "less"))
      return areNear(
        attended(operations, q, k, v, padding: hidden),
        attended(operations, q, otherKeys, otherValues, padding: hidden))
    },
    PropertyCheck(name: "attention: scores are divided by the root of the head's width") { operations in
      // One query (2, 0, …), keys (1, 0, …) and 0: weights e^(2/√d) : 1.
      func row(_ first: Double) -> [Double] { [first] + [Double](repeating: 0, count: headDim - 1) }
      let shape = [1, 2, 1, headDim]
      let found = operations.attention(
        Value(row(2) + row(0), shape: shape), Value(row(1) + row(0), shape: shape),
        Value(row(1) + row(0), shape: shape), keyPadding: nil, rotation: nil)
      let ratio = Value([2 / Double(headDim).squareRoot()]).exp().scalar
      return abs(found.elements[0] - ratio / (ratio + 1)) < 1e-12
    },
    PropertyCheck(name: "attention: order matters with rotation") { operations in
      let (q, k, v) = (sample(heads, "q"), sample(heads, "k"), sample(heads, "v"))
      func reversed(_ x: Value) -> Value {
        Value((0..<4).reversed().flatMap { x.elements[$0 * 12..<($0 + 1) * 12] }, shape: heads)
      }
      let turned = reversed(attended(operations, reversed(q), reversed(k), reversed(v)))
      return largest(turned - attended(operations, q, k, v)) > 1e-3
    },
  ]

  // MARK: - Training

  private static let training = [
    PropertyCheck(name: "AdamW: without a gradient biases stay and matrices shrink by rate · decay") { operations in
      var optimizer = TwinOptimizer(operations)
      let weights = ["dense.weight": [2.0, -4], "dense.bias": [2.0], "LayerNorm.weight": [1.0]]
      let moved = optimizer.updated(weights, weights.mapValues { $0.map { _ in 0 } }, learningRate: 0.1)
      let factor = 1 - 0.1 * PyTorchFixture.Size.weightDecay
      return moved["dense.bias"] == [2] && moved["LayerNorm.weight"] == [1]
        && zip(moved["dense.weight"] ?? [], [2 * factor, -4 * factor]).allSatisfy { abs($0 - $1) < 1e-15 }
    },
    PropertyCheck(name: "AdamW: the first step is as long as the rate") { operations in
      var optimizer = TwinOptimizer(operations)
      let moved = optimizer.updated(["a.bias": [0]], ["a.bias": [1]], learningRate: 0.1)
      return abs((moved["a.bias"]?[0] ?? 0) + 0.1) < 1e-4
    },
    PropertyCheck(name: "clipping: the norm becomes the limit where it is larger, and stays elsewhere") { operations in
      abs(operations.clipFactor(8, 2) * 8 - 2) < 1e-15 && operations.clipFactor(1.5, 2) == 1
        && operations.clipFactor(2, 2) == 1
    },
  ]
}
