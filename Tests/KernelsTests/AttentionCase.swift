import Kernels
import TestSupport
import Testing

/// An attention that the fast kernel and its naive twin compute: random operands of a shape, a mask, padding.
struct AttentionCase: CustomTestStringConvertible, Sendable {
  let shape: AttentionShape
  var mask = AttentionMask.bidirectional
  /// Hides every third key of the sequences, and all of the last one if there are several.
  var isPadded = false
  /// θ of a rotation of all dimensions, interleaved; `nil` for none.
  var theta: Double?
  /// Whether something is added to the scores.
  var isBiased = false

  var testDescription: String {
    "\(shape.batch) × \(shape.queryLength) queries from \(shape.queryOffset) on, \(shape.keyLength) keys, "
      + "\(shape.heads) heads over \(shape.keyValueHeads) of \(shape.headDim), \(mask)"
      + (isPadded ? ", padded" : "") + (theta == nil ? "" : ", rotated") + (isBiased ? ", biased" : "")
  }

  var queryCount: Int { shape.batch * shape.queryLength * shape.heads * shape.headDim }
  var keyCount: Int { shape.batch * shape.keyLength * shape.keyValueHeads * shape.headDim }
  var biasCount: Int { shape.heads * shape.queryLength * shape.keyLength }
  var scale: Double { 1 / Double(shape.headDim).squareRoot() }

  /// `[B, U]`: which keys padding hides.
  var keyPadding: [Bool] {
    (0..<shape.batch * shape.keyLength).map { index in
      isPadded && (index / shape.keyLength == shape.batch - 1 && shape.batch > 1 || index % 3 == 2)
    }
  }

  /// `[H, T, U]`: what is added to the scores if anything is, most of it small, some of it large.
  func bias<S: Scalar>() -> [S] {
    let small: [S] = Samples.uniform(biasCount, in: -2...2, name: "bias")
    return small.enumerated().map { $0 % 11 == 4 ? 5 * $1 : $1 }
  }

  /// Output, dQ, dK, dV and the gradient of the bias by the textbook, head by head.
  func naive<S: Scalar>(query: [S], key: [S], value: [S], cotangent: [S]) -> [[Double]] {
    let bias: [S] = bias()
    let groupSize = shape.heads / shape.keyValueHeads
    var results = [queryCount, queryCount, keyCount, keyCount, biasCount].map { [Double](repeating: 0, count: $0) }
    let padding = keyPadding
    for b in 0..<shape.batch {
      for h in 0..<shape.heads {
        let g = h / groupSize
        let (q, dO) = (rows(query, b, h, of: shape.heads), rows(cotangent, b, h, of: shape.heads))
        let (k, v) = (rows(key, b, g, of: shape.keyValueHeads), rows(value, b, g, of: shape.keyValueHeads))
        let (turnedQ, turnedK) = (turned(q, from: shape.queryOffset), turned(k, from: 0))
        let firstBias = h * shape.queryLength * shape.keyLength
        let added = (0..<shape.queryLength).map { i in
          doubles(Array(bias[firstBias + i * shape.keyLength..<firstBias + (i + 1) * shape.keyLength]))
        }
        let forward = Naive.attention(turnedQ, turnedK, v, scale: scale, bias: isBiased ? added : nil) { i, j in
          !padding[b * shape.keyLength + j] && (mask == .bidirectional || j <= shape.queryOffset + i)
        }
        let backward = Naive.attentionBackward(dO, turnedQ, turnedK, v, scale: scale, weights: forward.weights)
        add(forward.output, to: &results[0], b, h, of: shape.heads)
        add(turned(backward.dQ, from: shape.queryOffset, inverse: true), to: &results[1], b, h, of: shape.heads)
        add(turned(backward.dK, from: 0, inverse: true), to: &results[2], b, g, of: shape.keyValueHeads)
        add(backward.dV, to: &results[3], b, g, of: shape.keyValueHeads)
        for (number, element) in backward.dBias.joined().enumerated() { results[4][firstBias + number] += element }
      }
    }
    return results
  }

  /// The rows of one head of `[B, length, heads, D]`.
  private func rows<S: Scalar>(_ x: [S], _ b: Int, _ h: Int, of heads: Int) -> [[Double]] {
    let length = x.count / max(1, shape.batch * heads * shape.headDim)
    return (0..<length).map { t in
      let start = ((b * length + t) * heads + h) * shape.headDim
      return doubles(Array(x[start..<start + shape.headDim]))
    }
  }

  private func add(_ rows: [[Double]], to x: inout [Double], _ b: Int, _ h: Int, of heads: Int) {
    for (t, row) in rows.enumerated() {
      let start = ((b * rows.count + t) * heads + h) * shape.headDim
      for (d, element) in row.enumerated() { x[start + d] += element }
    }
  }

  private func turned(_ rows: [[Double]], from position: Int, inverse: Bool = false) -> [[Double]] {
    guard let theta else { return rows }
    return rows.enumerated().map { t, row in
      Naive.rotateRow(
        row, position: position + t, rotated: shape.headDim, theta: theta, pairing: .interleaved, inverse: inverse)
    }
  }

  /// What the kernel is given.
  func options<S: Scalar>(_ padding: UnsafePointer<Bool>, bias: UnsafePointer<S>) -> AttentionOptions<S> {
    AttentionOptions(
      scale: S(scale), bias: isBiased ? bias : nil, mask: mask, keyPadding: isPadded ? padding : nil,
      rotation: theta.map {
        Rotation(positionCount: shape.positionCount, rotatedDimensions: shape.headDim, theta: $0)
      })
  }
}
