import Autodiff

// Every type that the library's public interface mentions, named in the public interface of another package.

/// A tensor of either precision, scaled: generic code of another package.
public func doubled<S: Scalar>(_ x: Tensor<S>) -> Tensor<S> { x.scaled(by: 2) }

/// Attention with rotary positions, and dropout of its weights.
///
/// - Parameters:
///   - x: `[batch, time, heads, headDim]`, queries, keys and values alike.
///   - pairing: which dimensions are rotated together.
///   - mask: which keys a query sees.
///   - seed: keys the dropout.
/// - Returns: of the shape of `x`.
public func rotaryAttention(
  _ x: Tensor<Float>, pairing: RotaryPairing, mask: AttentionMask, seed: UInt64
) -> Tensor<Float> {
  let rotation = Rotation<Float>(positionCount: x.shape[1], rotatedDimensions: x.shape[3], pairing: pairing)
  let dropout = AttentionDropout(rate: 0.1, source: RandomSource(seed: seed, purpose: "attention"))
  return attention(query: x, key: x, value: x, mask: mask, rotation: rotation, dropout: dropout)
}
