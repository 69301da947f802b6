import Kernels
import Platform

/// Scaled dot-product attention of every head, queries and keys rotated first if asked.
///
/// Source: Vaswani et al. 2017, section 3.2.1, eq. 1; Su et al. 2021, eq. 16.
///
/// The scores are never stored whole: the backward pass computes them again from the logarithm of each row's sum of
/// exponentials. `composedAttention` in the tests is the same in separate operations.
///
/// - Parameters:
///   - query: `[batch, time, heads, headDim]`.
///   - key: of the same shape.
///   - value: of the same shape.
///   - keyPadding: `[batch, time]`; `true` hides that key. A query that sees no key gets zeros.
///   - rotation: rotary positions, if any.
///   - dropout: of the attention weights, if any.
/// - Returns: `[batch, time, heads, headDim]`.
public func attention<S: Scalar>(
  query: Tensor<S>, key: Tensor<S>, value: Tensor<S>, keyPadding: [Bool]? = nil, rotation: Rotation<S>? = nil,
  dropout: AttentionDropout? = nil
) -> Tensor<S> {
  precondition(
    query.rank == 4 && key.shape == query.shape && value.shape == query.shape,
    "attention: query \(query.shape), key \(key.shape), value \(value.shape)")
  let shape = query.attentionShape
  precondition(
    keyPadding.map { $0.count == shape.batch * shape.time } ?? true,
    "attention: \(keyPadding?.count ?? 0) key paddings for [\(shape.batch), \(shape.time)]")
  if let rotation {
    precondition(
      rotation.covers(shape), "attention: \(rotation.table.positionCount) rotary positions for \(query.shape)")
  }
  let scale = S(1 / Double(shape.headDim).squareRoot())
  let options = { (padding: UnsafePointer<Bool>?) in
    AttentionOptions(scale: scale, keyPadding: padding, rotation: rotation, dropout: dropout)
  }
  let (q, k, v) = (query.storage, key.storage, value.storage)
  let y = Storage<S>(uninitialized: query.count)
  let logSumExp = Storage<S>(uninitialized: shape.batch * shape.heads * shape.time)
  withPadding(keyPadding) {
    Kernels.attention(
      query: q.pointer, key: k.pointer, value: v.pointer, shape: shape, options: options($0), into: y.pointer,
      logSumExp: logSumExp.pointer)
  }
  return Tape.record("attention", [query, key, value], y, shape: query.shape) { back in
    back.intoAll { destinations in
      withPadding(keyPadding) {
        attentionBackward(
          cotangent: back.dy, query: q.pointer, key: k.pointer, value: v.pointer, output: y.pointer,
          logSumExp: logSumExp.pointer, shape: shape, options: options($0), dQuery: destinations[0],
          dKey: destinations[1], dValue: destinations[2])
      }
    }
  }
}

private func withPadding(_ keyPadding: [Bool]?, _ body: (UnsafePointer<Bool>?) -> Void) {
  guard let keyPadding else { return body(nil) }
  keyPadding.withUnsafeBufferPointer { body($0.baseAddress) }
}
