import Autodiff
import Foundation
import Kernels

/// The first seam of a position encoding: what is added to the embeddings.
package struct AddedPositions<S: Scalar> {
  private enum Kind {
    case nothing
    case sinusoid(tokenScale: S, scale: Tensor<S>?)
    case table(Tensor<S>)
  }

  private let kind: Kind
  private let size: Int
  private let offset: Int

  package init(_ scope: ParameterScope<S>, _ configuration: EncoderConfiguration) {
    size = configuration.embeddingSize
    offset = configuration.positionOffset
    let rootSize = Double(size).squareRoot()
    switch configuration.position {
    case .none, .rotary: kind = .nothing
    case .sinusoidal(.plain): kind = .sinusoid(tokenScale: 1, scale: nil)
    case .sinusoidal(.scaledTokens): kind = .sinusoid(tokenScale: S(rootSize), scale: nil)
    case .sinusoidal(.learned):
      kind = .sinusoid(
        tokenScale: 1, scale: scope.parameter("position_scale", shape: [1], .constant(1 / rootSize)))
    case .learned(let positionCount):
      kind = .table(
        scope["position_embeddings"].parameter(
          "weight", shape: [positionCount, size],
          .truncatedNormal(standardDeviation: configuration.initializerDeviation)))
    }
  }

  /// Token embeddings at the scale that the encoding wants.
  package func scaled(_ tokens: Tensor<S>) -> Tensor<S> {
    if case .sinusoid(let scale, _) = kind, scale != 1 { tokens.scaled(by: scale) } else { tokens }
  }

  /// Embeddings `[batch, time, embeddingSize]` with the positions from the configuration's offset on added.
  package func added(to x: Tensor<S>) -> Tensor<S> {
    let time = x.shape[1]
    switch kind {
    case .nothing: return x
    case .sinusoid(_, let scale):
      let table: Tensor<S> = sinusoids(positionCount: time, size: size, offset: offset)
      return x + (scale.map { table * $0 } ?? table)
    case .table(let table): return x + table.sliced(alongAxis: 0, offset..<offset + time)
    }
  }
}

/// Sinusoidal positions: column 2i is sin(p / 10000^(2i/d)), column 2i + 1 its cosine.
///
/// Source: Vaswani et al. 2017, section 3.5.
///
/// - Parameters:
///   - positionCount: how many positions.
///   - size: d.
///   - offset: the first position.
/// - Returns: `[positionCount, size]`, computed in `Double`.
public func sinusoids<S: Scalar>(positionCount: Int, size: Int, offset: Int = 0) -> Tensor<S> {
  var elements: [S] = []
  elements.reserveCapacity(positionCount * size)
  let frequencies = (0..<(size + 1) / 2).map { pow(10000, -2 * Double($0) / Double(size)) }
  for position in 0..<positionCount {
    for column in 0..<size {
      let angle = Double(offset + position) * frequencies[column / 2]
      elements.append(S(column % 2 == 0 ? sin(angle) : cos(angle)))
    }
  }
  return Tensor(elements, shape: [positionCount, size])
}
