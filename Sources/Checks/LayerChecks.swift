import Autodiff
import Models
import Kernels
import Platform

extension CheckedFunction {
  /// A layer over its weights: what it is once its scope is known.
  typealias Layer = @Sendable (ParameterScope<S>) -> ([Tensor<S>]) -> Tensor<S>

  /// A layer as a function of its inputs and of all its weights.
  ///
  /// The weights start as the layer asks, moved by up to 0.25, so that no bias is 0 and no gain 1.
  ///
  /// - Parameters:
  ///   - name: the layer's type, and after a dot the case.
  ///   - shapes: of the inputs that are no weights.
  ///   - output: what the output is called.
  ///   - layer: makes the layer.
  /// - Returns: the function, its inputs first, then its weights by name.
  static func layer(
    _ name: String, _ shapes: [[Int]] = [], output: String = "output", _ layer: @escaping Layer
  ) -> CheckedFunction {
    let weights = ParameterStore<S>(seed: 1)
    _ = layer(weights.scope())
    let inputs =
      shapes.enumerated().map { ("input \($0)", $1) } + weights.parameters.map { ($0.name, $0.value.shape) }
    return CheckedFunction(
      name, inputs: inputs, output: output,
      point: {
        let weights = ParameterStore<S>(seed: 1)
        _ = layer(weights.scope())
        return inputs.enumerated().map { number, input in
          let noise = RandomSource(seed: 7, purpose: "check \(name)", step: number)
          let count = input.1.reduce(1, *)
          guard number >= shapes.count else { return (0..<count).map { rounded(3 * noise.uniform(at: $0) - 1.5) } }
          return weights.parameters[number - shapes.count].value.elements.enumerated().map { index, start in
            rounded(rounded(Double(start)) + 0.5 * noise.uniform(at: index) - 0.25)
          }
        }
      }
    ) { tensors in
      let weights = ParameterStore<S>(seed: nil)
      _ = layer(weights.scope())
      return layer(weights.scope(replacing: Array(tensors[shapes.count...])))(Array(tensors[..<shapes.count]))
    }
  }

  /// Every layer of an encoder.
  static var layers: [CheckedFunction] {
    denses + feedForwards + embeddings + attentionLayers + blocks
  }

  private static var denses: [CheckedFunction] {
    [
      layer("Dense", [[2, 3, 5]]) { scope in
        let dense = Dense(scope, from: 5, to: 7, deviation: 0.3)
        return { dense($0[0]) }
      },
      layer("Dense.reused", [[3, 5]]) { scope in
        let dense = Dense(scope, from: 5, to: 5, deviation: 0.3)
        return { dense(dense($0[0]).tanh()) }
      },
      layer("Dense.unbiased", [[2, 3, 5]]) { scope in
        let dense = Dense(scope, from: 5, to: 7, hasBias: false, deviation: 0.3)
        return { dense($0[0]) }
      },
      layer("Normalization", [[2, 3, 7]]) { scope in
        let norm = Normalization(scope, size: 7, epsilon: 1e-12)
        return { norm($0[0]) }
      },
      layer("Normalization.unbiased", [[2, 3, 7]]) { scope in
        let norm = Normalization(scope, size: 7, hasBias: false, epsilon: 1e-12)
        return { norm($0[0]) }
      },
    ]
  }

  private static var feedForwards: [CheckedFunction] {
    Activation.allCases.map { activation in
      layer("FeedForward" + (activation == .gelu ? "" : ".\(activation)"), [[2, 3, 5]]) { scope in
        let network = FeedForward(
          inner: Dense(scope["inner"], from: 5, to: 7, deviation: 0.3),
          outer: Dense(scope["outer"], from: 7, to: 5, hasBias: false, deviation: 0.3), activation: activation)
        return { network($0[0], residual: $0[0], SequenceContext(), .evaluation) }
      }
    }
  }

  private static var embeddings: [CheckedFunction] {
    let input = EncoderInput(batch: 2, time: 3, tokens: [1, 4, 1, 0, 4, 2], tokenTypes: [0, 0, 1, 1, 0, 1])
    return PositionEncoding.checked.map { position in
      layer("Embeddings.\(position.name)") { scope in
        let embeddings = Embeddings(scope, small(position.encoding))
        return { _ in embeddings(input, .evaluation) }
      }
    }
      + PositionEncoding.checked.filter { small($0.encoding).addsPositions }.map { position in
        layer("AddedPositions.\(position.name)", [[2, 3, 12]]) { scope in
          let configuration = small(position.encoding)
          let positions = configuration.position.scheme.addition(scope, configuration)!
          return { positions.added(to: positions.scaled($0[0])) }
        }
      }
  }

  private static var attentionLayers: [CheckedFunction] {
    let padding = [false, false, true, false, true, true]
    return PositionEncoding.checked.filter { !small($0.encoding).addsPositions }.flatMap { position in
      let configuration = small(position.encoding)
      return [("", nil), (".padded", padding)].map { suffix, padding in
        layer("SelfAttention.\(position.name)\(suffix)", [[2, 3, 12]]) { scope in
          let attention = SelfAttention(scope, configuration)
          let rotation = configuration.rotation(S.self, positionCount: 3)
          let bias = configuration.position.scheme.scoreBias(scope, configuration)
          return {
            attention(
              $0[0], SequenceContext(keyPadding: padding, rotation: rotation, scoreBias: bias?(3)), .evaluation)
          }
        }
      }
    }
  }

  private static var blocks: [CheckedFunction] {
    EncoderConfiguration.ResidualOrder.allCases.flatMap { order in
      [0, 0.3].map { dropout in
        let configuration = small(.inAttention, order, dropout: dropout)
        return layer("TransformerBlock.\(order)\(dropout > 0 ? ".dropout" : "")", [[2, 3, 12]]) { scope in
          let block = TransformerBlock(scope, configuration)
          let rotation = configuration.rotation(S.self, positionCount: 3)
          let context = SequenceContext(keyPadding: [false, false, true, false, false, false], rotation: rotation)
          return { block($0[0], context, .training(seed: 3, step: 4)) }
        }
      }
    }
  }

  /// One block of width 12 with two heads, the smallest that has everything.
  private static func small(
    _ position: PositionEncoding, _ order: EncoderConfiguration.ResidualOrder = .post, dropout: Double = 0
  ) -> EncoderConfiguration {
    EncoderConfiguration(
      vocabularySize: 5, layerCount: 1, hiddenSize: 12, headCount: 2, feedForwardSize: 11, position: position,
      residualOrder: order, dropout: dropout, initializerDeviation: 0.4)
  }
}

/// A number that both precisions hold.
private func rounded(_ x: Double) -> Double { Double(Float(x)) }
