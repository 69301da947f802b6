import Autodiff
import Kernels
import Models

/// What a masked-language model made of a batch.
public struct EncoderLook<S: Scalar> {
  /// The model, without dropout.
  public let model: MaskedLanguageModel<S>
  /// The last layer's vectors, as the head gets them: `[batch, time, hiddenSize]`.
  ///
  /// With pre-LN that is after the last norm.
  public let hidden: Tensor<S>
  /// The scores of every token in the places of the hidden ones, in their order: `[hidden tokens, vocabularySize]`.
  public let logits: Tensor<S>
}
