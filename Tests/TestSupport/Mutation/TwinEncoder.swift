import Autodiff
import Foundation
import Kernels

/// A masked-language model with post-LN written a second time, over replaceable operations.
public struct TwinEncoder {
  /// What is computed with.
  public typealias Value = OperationSet.Value

  /// Its position encoding.
  public enum Position: Sendable {
    case none
    case learned
    case sinusoidal
    case rotary(theta: Double, rotatedDimensions: Int)
  }

  private let operations: OperationSet
  private let weights: [String: Value]
  private let position: Position
  private let headCount: Int

  /// An encoder over weights by Hugging Face's names; their shapes decide its sizes.
  public init(_ operations: OperationSet, weights: [String: Value], position: Position, headCount: Int) {
    self.operations = operations
    self.weights = weights
    self.position = position
    self.headCount = headCount
  }

  /// The contextual vector of every token.
  ///
  /// - Returns: `[batch, time, hiddenSize]`.
  public func hidden(batch: Int, time: Int, tokens: [Int32], tokenTypes: [Int32], keyPadding: [Bool]?) -> Value {
    let words = operations.gather(self["embeddings.word_embeddings.weight"], tokens, [batch, time])
    var x = words + operations.gather(self["embeddings.token_type_embeddings.weight"], tokenTypes, [batch, time])
    switch position {
    case .none, .rotary: break
    case .learned: x = x + self["embeddings.position_embeddings.weight"].sliced(alongAxis: 0, 0..<time)
    case .sinusoidal: x = x + sinusoids(time: time, size: x.shape[2])
    }
    x = norm("embeddings.LayerNorm", x)
    var layer = 0
    while weights["encoder.layer.\(layer).output.dense.bias"] != nil {
      x = block("encoder.layer.\(layer).", x, keyPadding)
      layer += 1
    }
    return x
  }

  /// `[positions, vocabularySize]`.
  public func logits(
    batch: Int, time: Int, tokens: [Int32], tokenTypes: [Int32], keyPadding: [Bool]?, at positions: [Int32]
  ) -> Value {
    let x = hidden(batch: batch, time: time, tokens: tokens, tokenTypes: tokenTypes, keyPadding: keyPadding)
    let rows = x.reshaped(to: [batch * time, x.shape[2]]).gathering(rows: positions)
    let transformed = operations.gelu(dense("cls.predictions.transform.dense", rows))
    return operations.linear(
      norm("cls.predictions.transform.LayerNorm", transformed), self["embeddings.word_embeddings.weight"],
      self["cls.predictions.bias"])
  }

  private func block(_ prefix: String, _ x: Value, _ keyPadding: [Bool]?) -> Value {
    let heads = [x.shape[0], x.shape[1], headCount, x.shape[2] / headCount]
    func projected(_ part: String) -> Value { dense(prefix + "attention.self." + part, x).reshaped(to: heads) }
    var rotation: Rotation<Double>?
    if case .rotary(let theta, let dimensions) = position {
      rotation = operations.rotation(positionCount: x.shape[1], rotatedDimensions: dimensions, theta: theta)
    }
    let mixed = operations.attention(
      projected("query"), projected("key"), projected("value"), keyPadding: keyPadding, rotation: rotation)
    let attended = norm(
      prefix + "attention.output.LayerNorm",
      x + dense(prefix + "attention.output.dense", mixed.reshaped(to: x.shape)))
    let inner = operations.gelu(dense(prefix + "intermediate.dense", attended))
    return norm(prefix + "output.LayerNorm", attended + dense(prefix + "output.dense", inner))
  }

  private func dense(_ name: String, _ x: Value) -> Value {
    operations.linear(x, self[name + ".weight"], self[name + ".bias"])
  }

  private func norm(_ name: String, _ x: Value) -> Value {
    operations.layerNorm(x, self[name + ".weight"], self[name + ".bias"])
  }

  private func sinusoids(time: Int, size: Int) -> Value {
    let elements = (0..<time).flatMap { row in
      (0..<size).map { column in
        let angle = Double(row + operations.firstPosition) * pow(10000, -Double(column / 2 * 2) / Double(size))
        return column % 2 == 0 ? sin(angle) : cos(angle)
      }
    }
    return Value(elements, shape: [time, size])
  }

  private subscript(name: String) -> Value {
    guard let weight = weights[name] else { preconditionFailure("TwinEncoder: no weight \(name)") }
    return weight
  }
}
