import Autodiff
import Kernels
import TestSupport
import Testing

/// Every operation that is fused for speed against the operations it stands for, values and gradients.
struct FusedOperationTests {
  @Test func feedForward() {
    expectSame(Double.self, [[2, 3, 37], [70, 37], [70], [19, 70], [19]]) {
      $0[0].feedForward(innerWeight: $0[1], innerBias: $0[2], outerWeight: $0[3], outerBias: $0[4])
    } composed: {
      $0[0].linear(weight: $0[1], bias: $0[2]).gelu().linear(weight: $0[3], bias: $0[4])
    }
  }

  /// The residual is a tensor of its own, or the input.
  @Test(arguments: [3, 0])
  func linearWithResidual(residual: Int) {
    func check<S: Scalar>(_: S.Type) {
      expectSame(S.self, [[2, 3, 37], [37, 37], [37], [2, 3, 37]], tolerance: 16 * Double(S.ulpOfOne)) { x in
        x[0].linear(weight: x[1], bias: x[2], residual: x[residual]) + x[3]
      } composed: { x in
        x[residual] + x[0].matrixMultiplied(by: x[1], transposingOther: true) + x[2] + x[3]
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(arguments: [5, 0])
  func feedForwardWithResidual(residual: Int) {
    func check<S: Scalar>(_: S.Type) {
      expectSame(
        S.self, [[2, 3, 37], [70, 37], [70], [37, 70], [37], [2, 3, 37]], tolerance: 16 * Double(S.ulpOfOne)
      ) { x in
        x[0].feedForward(
          innerWeight: x[1], innerBias: x[2], outerWeight: x[3], outerBias: x[4], residual: x[residual]) * x[5]
      } composed: { x in
        (x[residual] + x[0].linear(weight: x[1], bias: x[2]).gelu().linear(weight: x[3], bias: x[4])) * x[5]
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func stackedLinear() {
    expectSame(Double.self, [[5, 37], [13, 37], [40, 37], [13], [40]]) {
      $0[0].linear(weights: [$0[1], $0[2]], biases: [$0[3], $0[4]]).sliced(alongAxis: 1, 3..<50)
    } composed: { x in
      let parts = [x[0].linear(weight: x[1], bias: x[3]), x[0].linear(weight: x[2], bias: x[4])]
      return concatenated(parts).sliced(alongAxis: 1, 3..<50)
    }
  }

  @Test(arguments: AttentionMask.allCases, [nil, RotaryPairing.interleaved, .halves] as [RotaryPairing?])
  func attentionOfProjections(mask: AttentionMask, pairing: RotaryPairing?) {
    let (batch, time, heads, headDim) = (2, 11, 3, 6)
    let padding = (0..<batch * time).map { $0 % 5 == 3 }
    expectSame(Double.self, [[batch, time, 3 * heads * headDim]]) {
      attention(
        projections: $0[0], heads: heads, keyValueHeads: heads, mask: mask, keyPadding: padding,
        rotation: rotation(time, headDim, pairing))
    } composed: { x in
      let parts = (0..<3).map { part in
        x[0].sliced(alongAxis: 2, part * heads * headDim..<(part + 1) * heads * headDim)
          .reshaped(to: [batch, time, heads, headDim])
      }
      return composedAttention(parts, mask, padding, rotation(time, headDim, pairing))
        .reshaped(to: [batch, time, heads * headDim])
    }
  }

  /// More than one block of keys and several strips of queries; heads that share keys and values.
  @Test(arguments: AttentionMask.allCases)
  func longAttention(mask: AttentionMask) {
    let (time, headDim) = (283, 10)
    let padding = (0..<time).map { $0 % 7 == 2 }
    expectSame(Double.self, [[1, time, 2, headDim], [1, time, 1, headDim], [1, time, 1, headDim]]) {
      attention(query: $0[0], key: $0[1], value: $0[2], mask: mask, keyPadding: padding)
    } composed: { x in
      let shared = x.dropFirst().map { $0 * Tensor(repeating: 1, shape: [1, 1, 2, 1]) }
      return composedAttention([x[0]] + shared, mask, padding, nil)
    }
  }

  /// Fewer queries than keys, from a position on: the last of a sequence, as in generating, and some of its middle.
  @Test(arguments: AttentionMask.allCases, [8, 3])
  func queriesFromAnOffsetOn(mask: AttentionMask, offset: Int) {
    let (batch, queries, keys, headDim) = (2, 3, 11, 6)
    let padding = (0..<batch * keys).map { $0 % 5 == 3 }
    expectSame(Double.self, [[batch, queries, 4, headDim], [batch, keys, 2, headDim], [batch, keys, 2, headDim]]) {
      attention(
        query: $0[0], key: $0[1], value: $0[2], queryOffset: offset, mask: mask, keyPadding: padding,
        rotation: rotation(keys, headDim, .interleaved))
    } composed: { x in
      // Whole sequences of queries, of which the others are left out again.
      let before = Tensor<Double>(repeating: 0.3, shape: [batch, keys, 4, headDim])
      let places = (0..<keys * queries).map { $0 / queries == $0 % queries + offset ? 1.0 : 0 }
      let spread = Tensor(places, shape: [keys, queries])
        .matrixMultiplied(by: x[0].transposed([0, 2, 1, 3])).transposed([0, 2, 1, 3])
      let outside = Tensor((0..<keys).map { offset..<offset + queries ~= $0 ? 0.0 : 1 }, shape: [1, keys, 1, 1])
      // Query heads 0 and 1 share the first head of keys, 2 and 3 the second.
      let shared = x.dropFirst().map { part in
        (part.reshaped(to: [batch, keys, 2, 1, headDim]) * Tensor(repeating: 1, shape: [1, 1, 1, 2, 1]))
          .reshaped(to: [batch, keys, 4, headDim])
      }
      return composedAttention(
        [spread + before * outside] + shared, mask, padding, rotation(keys, headDim, .interleaved)
      ).sliced(alongAxis: 1, offset..<offset + queries)
    }
  }

  /// Something added to the scores, with heads that share keys; alone, beside rotation, and where it is the only variable.
  @Test(arguments: AttentionMask.allCases, [nil, RotaryPairing.halves])
  func attentionWithABias(mask: AttentionMask, pairing: RotaryPairing?) {
    let (batch, time, headDim) = (3, 7, 6)
    let padding = (0..<batch * time).map { $0 % 5 == 3 }
    let shapes = [[batch, time, 4, headDim], [batch, time, 2, headDim], [batch, time, 2, headDim], [4, time, time]]
    func composed(_ x: [Tensor<Double>]) -> Tensor<Double> {
      let shared = x[1...2].map { part in
        (part.reshaped(to: [batch, time, 2, 1, headDim]) * Tensor(repeating: 1, shape: [1, 1, 1, 2, 1]))
          .reshaped(to: [batch, time, 4, headDim])
      }
      return composedAttention([x[0]] + shared, mask, padding, rotation(time, headDim, pairing), bias: x[3])
    }
    expectSame(Double.self, shapes) {
      attention(
        query: $0[0], key: $0[1], value: $0[2], bias: $0[3], mask: mask, keyPadding: padding,
        rotation: rotation(time, headDim, pairing))
    } composed: {
      composed($0)
    }
    let constants = shapes.dropLast().enumerated().map { number, shape in
      Tensor<Double>(Samples.uniform(shape.reduce(1, *), name: "constant \(number)"), shape: shape)
    }
    expectSame(Double.self, [shapes[3]]) {
      attention(
        query: constants[0], key: constants[1], value: constants[2], bias: $0[0], mask: mask, keyPadding: padding,
        rotation: rotation(time, headDim, pairing))
    } composed: {
      composed(constants + $0)
    }
  }

  /// The same over projections that lie side by side, and where those are constants.
  @Test func attentionOfProjectionsWithABias() {
    let (batch, time, heads, headDim) = (2, 11, 3, 6)
    let padding = (0..<batch * time).map { $0 % 5 == 3 }
    let shapes = [[batch, time, 3 * heads * headDim], [heads, time, time]]
    func fused(_ x: [Tensor<Double>]) -> Tensor<Double> {
      attention(projections: x[0], heads: heads, keyValueHeads: heads, bias: x[1], keyPadding: padding)
    }
    func composed(_ x: [Tensor<Double>]) -> Tensor<Double> {
      let parts = (0..<3).map { part in
        x[0].sliced(alongAxis: 2, part * heads * headDim..<(part + 1) * heads * headDim)
          .reshaped(to: [batch, time, heads, headDim])
      }
      return composedAttention(parts, .bidirectional, padding, nil, bias: x[1])
        .reshaped(to: [batch, time, heads * headDim])
    }
    expectSame(Double.self, shapes) {
      fused($0)
    } composed: {
      composed($0)
    }
    let projections = Tensor<Double>(Samples.uniform(shapes[0].reduce(1, *), name: "projections"), shape: shapes[0])
    expectSame(Double.self, [shapes[1]]) {
      fused([projections, $0[0]])
    } composed: {
      composed([projections, $0[0]])
    }
  }

  /// softmax(Q·Kᵀ/√D + bias + mask) · V in separate operations.
  private func composedAttention<S: Scalar>(
    _ parts: [Tensor<S>], _ mask: AttentionMask, _ padding: [Bool], _ rotation: Rotation<S>?, bias: Tensor<S>? = nil
  ) -> Tensor<S> {
    let shape = parts[0].shape
    let (batch, time) = (shape[0], shape[1])
    let rotated = parts.prefix(2).map { part in rotation.map { part.rotated(by: $0) } ?? part }
    let (q, k, v) = (
      rotated[0].transposed([0, 2, 1, 3]), rotated[1].transposed([0, 2, 1, 3]), parts[2].transposed([0, 2, 1, 3])
    )
    let hidden = (0..<batch * time * time).map { index -> S in
      let (b, i, j) = (index / (time * time), index / time % time, index % time)
      return padding[b * time + j] || mask == .causal && j > i ? -1e30 : 0
    }
    let scores = q.matrixMultiplied(by: k, transposingOther: true).scaled(by: S(1 / Double(shape[3]).squareRoot()))
    let biased = bias.map { scores + $0 } ?? scores
    let weights = (biased + Tensor(hidden, shape: [batch, 1, time, time])).softmax()
    return weights.matrixMultiplied(by: v).transposed([0, 2, 1, 3])
  }

  private func rotation<S: Scalar>(_ time: Int, _ headDim: Int, _ pairing: RotaryPairing?) -> Rotation<S>? {
    pairing.map { Rotation(positionCount: time, rotatedDimensions: headDim, theta: 100, pairing: $0) }
  }

  /// Matrices side by side: each padded with zeros through a product, and added.
  private func concatenated<S: Scalar>(_ parts: [Tensor<S>]) -> Tensor<S> {
    let width = parts.reduce(0) { $0 + $1.shape[1] }
    var start = 0
    return parts.map { part in
      let columns = part.shape[1]
      let places = (0..<columns * width).map { S($0 % width == $0 / width + start ? 1 : 0) }
      start += columns
      return part.matrixMultiplied(by: Tensor(places, shape: [columns, width]))
    }.reduce(Tensor(repeating: 0)) { $0 + $1 }
  }

  /// Expects equal values and gradients, up to `tolerance` times a result's largest element.
  private func expectSame<S: Scalar>(
    _: S.Type, _ shapes: [[Int]], tolerance: Double = 1e-12, fused: ([Tensor<S>]) -> Tensor<S>,
    composed: ([Tensor<S>]) -> Tensor<S>, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (found, expected) = (results(shapes, fused), results(shapes, composed))
    #expect(found.map(\.shape) == expected.map(\.shape), sourceLocation: sourceLocation)
    for (number, (a, b)) in zip(found, expected).enumerated() {
      let error = zip(a.elements, b.elements).map { abs($0 - $1) }.max() ?? 0
      let size = b.elements.map { abs($0) }.max() ?? 0
      #expect(Double(error) <= tolerance * Double(max(size, 1)), "result \(number)", sourceLocation: sourceLocation)
    }
  }

  /// The value, then the gradients of all inputs under a random cotangent.
  private func results<S: Scalar>(_ shapes: [[Int]], _ function: ([Tensor<S>]) -> Tensor<S>) -> [Tensor<S>] {
    let tape = Tape<S>()
    let inputs = shapes.enumerated().map { number, shape in
      tape.variable(Tensor(Samples.uniform(shape.reduce(1, *), name: "input \(number)"), shape: shape))
    }
    let output = function(inputs)
    let cotangent = Tensor<S>(Samples.uniform(output.count, name: "cotangent"), shape: output.shape)
    let gradients = tape.gradients(of: output, cotangent: cotangent)
    return [output] + inputs.map { gradients[$0]! }
  }
}
