extension EncoderConfiguration {
  /// The sizes of the published BERT miniatures and of BERT base.
  ///
  /// Source: Turc et al. 2019, arXiv:1908.08962.
  public enum Preset: String, Codable, Sendable, CaseIterable {
    /// The published names, smallest first.
    case tiny, mini, small, medium, base

    /// Layers, width and heads.
    public var sizes: (layerCount: Int, hiddenSize: Int, headCount: Int) {
      switch self {
      case .tiny: (2, 128, 2)
      case .mini: (4, 256, 4)
      case .small: (4, 512, 8)
      case .medium: (8, 512, 8)
      case .base: (12, 768, 12)
      }
    }
  }
}
