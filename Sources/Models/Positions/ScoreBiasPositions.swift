import Autodiff
import Kernels

/// A scheme that adds to the scores of attention, which neither BERT nor RoFormer does.
protocol ScoreBiasPositions: PositionScheme {
  /// What it does, as a message says it.
  static var doing: String { get }
}

extension ScoreBiasPositions {
  /// There is none.
  public func equivalent(
    positionCount: Int, _ configuration: EncoderConfiguration, _ store: ParameterStore<Float>
  ) -> PositionEquivalent {
    .nothing(reason: "\(Self.doing) to the scores of attention, BERT and RoFormer add nothing")
  }
}
