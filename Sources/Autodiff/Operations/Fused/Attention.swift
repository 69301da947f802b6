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
///   - query: `[batch, queries, heads, headDim]`.
///   - key: `[batch, keys, keyValueHeads, headDim]`; each of its heads serves `heads / keyValueHeads` heads of queries.
///   - value: of the same shape as `key`.
///   - bias: `[heads, queries, keys]`, added to the scores of every sequence, if any.
///   - queryOffset: the position of the first query among the keys: query i is at the position of key `queryOffset + i`.
///   - scale: the factor of the scores, before the bias is added; 1/√headDim if `nil`.
///   - mask: whether a query sees all keys or those up to its own position.
///   - keyPadding: `[batch, keys]`; `true` hides that key. A query that sees no key gets zeros.
///   - rotation: rotary positions, if any.
///   - dropout: of the attention weights, if any.
/// - Returns: `[batch, queries, heads, headDim]`.
public func attention<S: Scalar>(
  query: Tensor<S>, key: Tensor<S>, value: Tensor<S>, bias: Tensor<S>? = nil, queryOffset: Int = 0,
  scale: Double? = nil, mask: AttentionMask = .bidirectional, keyPadding: [Bool]? = nil, rotation: Rotation<S>? = nil,
  dropout: AttentionDropout? = nil
) -> Tensor<S> {
  precondition(
    query.rank == 4 && key.rank == 4 && value.shape == key.shape && key.shape[2] > 0
      && query.shape[2] % key.shape[2] == 0 && key.shape[0] == query.shape[0] && key.shape[3] == query.shape[3],
    "attention: query \(query.shape), key \(key.shape), value \(value.shape)")
  let shape = AttentionShape(
    batch: query.shape[0], queryLength: query.shape[1], keyLength: key.shape[1], queryOffset: queryOffset,
    heads: query.shape[2], keyValueHeads: key.shape[2], headDim: query.shape[3])
  let pass = AttentionPass(
    shape: shape, bias: bias, scale: scale, mask: mask, keyPadding: keyPadding, rotation: rotation, dropout: dropout,
    query: AttentionOperand(query.storage), key: AttentionOperand(key.storage),
    value: AttentionOperand(value.storage))
  return Tape.record("attention", [query, key, value] + bias.asArray, pass.output, shape: query.shape) { back in
    back.intoAll { pass.backward(back.dy, $0[0], $0[1], $0[2], dBias: $0.dropFirst(3).first ?? nil) }
  }
}

/// Attention over queries, keys and values that lie side by side, as one product gives them.
///
/// The same as slicing the last axis in three and calling `attention(query:key:value:)`, without moving an element.
///
/// - Parameters:
///   - projections: `[batch, time, (heads + 2 · keyValueHeads) · headDim]`: queries, then keys, then values.
///   - heads: of the queries.
///   - keyValueHeads: of the keys and of the values; a divisor of `heads`.
///   - bias: `[heads, time, time]`, added to the scores of every sequence, if any.
///   - scale: the factor of the scores, before the bias is added; 1/√headDim if `nil`.
///   - mask: whether a query sees all keys or those up to its own position.
///   - keyPadding: `[batch, time]`; `true` hides that key. A query that sees no key gets zeros.
///   - rotation: rotary positions, if any.
///   - dropout: of the attention weights, if any.
/// - Returns: `[batch, time, heads · headDim]`.
public func attention<S: Scalar>(
  projections: Tensor<S>, heads: Int, keyValueHeads: Int, bias: Tensor<S>? = nil,
  scale: Double? = nil, mask: AttentionMask = .bidirectional, keyPadding: [Bool]? = nil, rotation: Rotation<S>? = nil,
  dropout: AttentionDropout? = nil
) -> Tensor<S> {
  let parts = heads + 2 * keyValueHeads
  precondition(
    projections.rank == 3 && keyValueHeads > 0 && heads % keyValueHeads == 0 && projections.shape[2] % parts == 0,
    "attention: projections \(projections.shape) for \(heads) heads and \(keyValueHeads) of keys and values")
  let (batch, time, stride) = (projections.shape[0], projections.shape[1], projections.shape[2])
  let headDim = stride / parts
  let shape = AttentionShape(
    batch: batch, time: time, heads: heads, keyValueHeads: keyValueHeads, headDim: headDim, stride: stride)
  let (keyOffset, valueOffset) = (heads * headDim, (heads + keyValueHeads) * headDim)
  let x = projections.storage
  let pass = AttentionPass(
    shape: shape, bias: bias, scale: scale, mask: mask, keyPadding: keyPadding, rotation: rotation, dropout: dropout,
    query: AttentionOperand(x), key: AttentionOperand(x, from: keyOffset),
    value: AttentionOperand(x, from: valueOffset))
  return Tape.record(
    "attentionOfProjections", [projections] + bias.asArray, pass.output, shape: [batch, time, heads * headDim]
  ) { back in
    back.intoAll { targets in
      func part(from offset: Int) -> Destination<S>? { targets[0].map { ($0.pointer + offset, $0.accumulation) } }
      pass.backward(
        back.dy, part(from: 0), part(from: keyOffset), part(from: valueOffset),
        dBias: targets.dropFirst().first ?? nil)
    }
  }
}

extension Optional {
  /// None or one.
  fileprivate var asArray: [Wrapped] { map { [$0] } ?? [] }
}

/// Queries, keys or values: elements of a storage from one of them on.
private struct AttentionOperand<S: Scalar> {
  private let storage: Storage<S>
  private let offset: Int

  init(_ storage: Storage<S>, from offset: Int = 0) {
    self.storage = storage
    self.offset = offset
  }

  var values: UnsafePointer<S> { UnsafePointer(storage.pointer + offset) }
}

/// One call of attention: what its backward pass needs of it.
private struct AttentionPass<S: Scalar> {
  let shape: AttentionShape
  let bias: Storage<S>?
  let scale: S
  let mask: AttentionMask
  let keyPadding: [Bool]?
  let rotation: Rotation<S>?
  let dropout: AttentionDropout?
  let query: AttentionOperand<S>
  let key: AttentionOperand<S>
  let value: AttentionOperand<S>
  let output: Storage<S>
  let logSumExp: Storage<S>

  /// Computes the output.
  init(
    shape: AttentionShape, bias: Tensor<S>?, scale: Double?, mask: AttentionMask, keyPadding: [Bool]?,
    rotation: Rotation<S>?,
    dropout: AttentionDropout?, query: AttentionOperand<S>, key: AttentionOperand<S>, value: AttentionOperand<S>
  ) {
    precondition(
      keyPadding.map { $0.count == shape.batch * shape.keyLength } ?? true,
      "attention: \(keyPadding?.count ?? 0) key paddings for [\(shape.batch), \(shape.keyLength)]")
    precondition(
      rotation.map { $0.covers(positions: shape.positionCount, headDim: shape.headDim) } ?? true,
      "attention: \(rotation?.positionCount ?? 0) rotary positions for \(shape.positionCount) of \(shape.headDim) "
        + "dimensions")
    precondition(
      bias.map { $0.shape == [shape.heads, shape.queryLength, shape.keyLength] } ?? true,
      "attention: bias \(bias?.shape ?? []) for [\(shape.heads), \(shape.queryLength), \(shape.keyLength)]")
    self.shape = shape
    self.bias = bias?.storage
    self.scale = S(scale ?? 1 / Double(shape.headDim).squareRoot())
    self.mask = mask
    self.keyPadding = keyPadding
    self.rotation = rotation
    self.dropout = dropout
    (self.query, self.key, self.value) = (query, key, value)
    output = Storage(uninitialized: shape.batch * shape.queryLength * shape.heads * shape.headDim)
    logSumExp = Storage(uninitialized: shape.batch * shape.heads * shape.queryLength)
    withOptions {
      Kernels.attention(
        query: query.values, key: key.values, value: value.values, shape: shape, options: $0, into: output.pointer,
        logSumExp: logSumExp.pointer)
    }
  }

  func backward(
    _ dy: UnsafePointer<S>, _ dQuery: Destination<S>?, _ dKey: Destination<S>?, _ dValue: Destination<S>?,
    dBias: Destination<S>?
  ) {
    withOptions {
      attentionBackward(
        cotangent: dy, query: query.values, key: key.values, value: value.values, output: output.pointer,
        logSumExp: logSumExp.pointer, shape: shape, options: $0, dQuery: dQuery, dKey: dKey, dValue: dValue,
        dBias: dBias)
    }
  }

  private func withOptions(_ body: (AttentionOptions<S>) -> Void) {
    func call(_ padding: UnsafePointer<Bool>?) {
      body(
        AttentionOptions(
          scale: scale, bias: bias.map { UnsafePointer($0.pointer) }, mask: mask, keyPadding: padding,
          rotation: rotation, dropout: dropout))
    }
    guard let keyPadding else { return call(nil) }
    keyPadding.withUnsafeBufferPointer { call($0.baseAddress) }
  }
}
