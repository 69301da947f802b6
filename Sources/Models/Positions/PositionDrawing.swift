import Autodiff
import Kernels

/// A picture of what position schemes do, as numbers.
public struct PositionDrawing {
  /// What is drawn.
  public enum Content {
    /// Vectors, a row a position: `[positions, width]`.
    case vectors(Tensor<Double>)
    /// Vectors, and how similar every two of them are.
    case similarities(Tensor<Double>)
    /// What falls with the distance between two positions: values at the distances 0, 1, 2, … in tokens, by label.
    case curves([(label: String, values: [Double])])
  }

  /// What its file is called, without an ending.
  public let name: String
  /// What stands above it.
  public let title: String
  /// What is drawn.
  public let content: Content
  /// Whether it shows one model's weights, and not what a scheme does whatever the weights are.
  public let isOfWeights: Bool

  init(_ name: String, title: String, _ content: Content, isOfWeights: Bool = false) {
    self.name = name
    self.title = title
    self.content = content
    self.isOfWeights = isOfWeights
  }

  /// The pictures of models: first those that show no weights.
  ///
  /// - Parameters:
  ///   - models: whose encodings are drawn; at least one.
  ///   - distance: the largest distance between two positions, in tokens.
  /// - Returns: the pictures of all schemes.
  public static func all(of models: [Model], distance: Int) -> [PositionDrawing] {
    let drawings = PositionFamily.allCases.flatMap { $0.scheme.drawings(of: models, distance: distance) }
    return drawings.filter { !$0.isOfWeights } + drawings.filter(\.isOfWeights)
  }

  /// A model whose encoding is drawn.
  public struct Model {
    let name: String
    let configuration: EncoderConfiguration
    let store: ParameterStore<Float>

    /// A model under a name.
    public init(_ name: String, _ configuration: EncoderConfiguration, _ store: ParameterStore<Float>) {
      self.name = name
      self.configuration = configuration
      self.store = store
    }
  }
}

extension [PositionDrawing.Model] {
  /// The configuration with the widest embeddings.
  var widest: EncoderConfiguration { map(\.configuration).max { $0.embeddingSize < $1.embeddingSize }! }
}
