import Curves
import Kernels
import Models

/// Probes, and the batch that they look at.
public struct EncoderProbes: Sendable {
  /// The batch.
  public let batch: ProbedBatch
  /// The probes.
  public let probes: [any EncoderProbe]

  /// Some probes on a batch.
  public init(_ probes: [any EncoderProbe], on batch: ProbedBatch) {
    self.probes = probes
    self.batch = batch
  }

  /// The names of all probes, in the protocol's order.
  public static let names = [
    OrderGap.name, MaskSeparation.name, OffsetExplained.name, NeighbourMass.name, UnigramDivergence.name,
  ]

  /// All probes that there are.
  ///
  /// - Parameter unigram: the frequencies of tokens in the training text.
  /// - Returns: the probes in the order of `names`.
  public static func all(unigram: UnigramDistribution) -> [any EncoderProbe] {
    [OrderGap(), MaskSeparation(), OffsetExplained(), NeighbourMass(), UnigramDivergence(unigram: unigram)]
  }

  /// What the probes see of a model, without dropout; the model and its training stay as they are.
  ///
  /// The cost is that of two passes forward, and of the layers' scores once more, by plain operations: those of one layer
  /// are in memory at a time.
  ///
  /// - Parameters:
  ///   - weights: those of the model, on no tape.
  ///   - configuration: the model's shape.
  /// - Returns: the rows by probe, then by layer, then by head.
  public func values<S: Scalar>(of weights: ParameterScope<S>, _ configuration: EncoderConfiguration) -> [ProbeValue] {
    var rows = [[ProbeValue]](repeating: [], count: probes.count)
    let model = MaskedLanguageModel(weights, configuration)
    let hidden = model.trunk(EncoderInput(batch.batch)) { view in
      for (index, probe) in probes.enumerated() { rows[index] += probe.rows(of: view, on: batch) }
    }
    let look = EncoderLook(
      model: model, hidden: hidden, logits: model.logits(of: hidden, at: batch.batch.maskedPositions))
    for (index, probe) in probes.enumerated() { rows[index] += probe.rows(of: look, on: batch) }
    return rows.flatMap { $0 }
  }
}
