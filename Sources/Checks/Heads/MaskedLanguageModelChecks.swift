import Autodiff
import Kernels
import Models

extension CheckedFunction {
  /// The loss of masked tokens as a function of every weight of an encoder and its head.
  ///
  /// - Parameters:
  ///   - encoder: what the encoder is called in the check's name.
  ///   - configuration: the encoder.
  /// - Returns: the check's function.
  static func maskedTokenLoss(_ encoder: String, _ configuration: EncoderConfiguration) -> CheckedFunction {
    layer(maskedTokenLossName(encoder), output: "loss") { scope in
      let model = MaskedLanguageModel(scope, configuration)
      return { _ in
        model.loss(batch, at: maskedPositions, labels: labels, .training(seed: 3, step: 4))
      }
    }
  }

  /// The name of that check.
  static func maskedTokenLossName(_ encoder: String) -> String { "MaskedLanguageModel.\(encoder)" }

  /// Where tokens of the batch are to be found.
  static var maskedPositions: [Int32] { [1, 4, 8, 11] }
  /// The tokens to be found there.
  static var labels: [Int32] { [3, 7, 12, 5] }
}
