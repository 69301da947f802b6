import Curves
import Kernels
import Models

/// A quantity that is read off the inside of an encoder, on a batch that is always the same one.
///
/// A probe is a value, in a file of its own; it says what it sees in each layer's attention, or what it sees in the whole
/// pass, or both. `EncoderProbes.all` is the list. A quantity with one value a validation, such as a loss, is a
/// `HeldOutMetric`.
public protocol EncoderProbe: Sendable {
  /// The name, as rows have it.
  static var name: String { get }

  /// What is seen in the attention of one layer.
  ///
  /// - Parameters:
  ///   - view: the layer's scores and weights.
  ///   - batch: what the encoder was given.
  /// - Returns: the values, each with the layer and perhaps with a head.
  func rows<S: Scalar>(of view: AttentionView<S>, on batch: ProbedBatch) -> [ProbeValue]

  /// What is seen in the whole pass.
  ///
  /// - Parameters:
  ///   - look: the last vectors, the logits, and the model itself.
  ///   - batch: what the encoder was given.
  /// - Returns: the values.
  func rows<S: Scalar>(of look: EncoderLook<S>, on batch: ProbedBatch) -> [ProbeValue]
}

extension EncoderProbe {
  /// Nothing.
  public func rows<S: Scalar>(of view: AttentionView<S>, on batch: ProbedBatch) -> [ProbeValue] { [] }

  /// Nothing.
  public func rows<S: Scalar>(of look: EncoderLook<S>, on batch: ProbedBatch) -> [ProbeValue] { [] }

  /// A value of this probe.
  func row(_ value: Double, layer: Int? = nil, head: Int? = nil) -> ProbeValue {
    ProbeValue(probe: Self.name, layer: layer, head: head, value: value)
  }
}
