import Autodiff

extension StepProfile.Part {
  /// What a reader is shown; both passes of an operation have one name.
  var name: String {
    switch self {
    case .batch: "batch"
    case .gradientNorm: "gradient norm"
    case .update: "clip and update"
    case .rest: "the rest"
    case .operation(let event): event.roleInEncoder ?? event.hyphenated
    }
  }

  /// The pass that the part belongs to, if any.
  var pass: TapeEvent.Pass? {
    if case .operation(let event) = self { event.pass } else { nil }
  }
}

extension TapeEvent {
  /// What the operation does in a masked-language model, by its name and the weights it meets; `nil` for what no such
  /// model has.
  fileprivate var roleInEncoder: String? {
    switch (operation, group) {
    case ("gathering", "embeddings"): "embedding lookup"
    case ("sliced", "embeddings"): "position table"
    case ("layerNorm", "embeddings"): "layer norm of the embeddings"
    case ("stackedLinear", "encoder"): "queries, keys and values"
    case ("attention", nil), ("attentionOfProjections", nil): "attention"
    case ("linear", "encoder"): "attention output"
    case ("feedForward", "encoder"): "feed-forward network"
    case ("layerNorm", "encoder"): "layer norms"
    case ("transposed", nil), ("toeplitz", nil): "bias of the scores"
    case ("+", nil): "sums of residuals and embeddings"
    case ("reshaped", nil): "reshapes"
    case ("gathering", nil): "lookup of masked positions"
    case ("linear", "head"): "head's products"
    case ("gelu", nil): "head's GELU"
    case ("layerNorm", "head"): "head's layer norm"
    case ("crossEntropy", nil): "cross-entropy"
    case ("sum", nil), ("scaled", nil): "mean of the losses"
    default: nil
    }
  }

  /// The operation's name as people write it, and its weights' group: `layer-norm (encoder)` for `layerNorm`,
  /// `addition` for `+`.
  fileprivate var hyphenated: String {
    let signs = ["+": "addition", "-": "subtraction", "*": "multiplication", "/": "division"]
    let name =
      signs[operation]
      ?? operation.reduce(into: "") { name, letter in
        name += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
      }
    return name + (group.map { " (\($0))" } ?? "")
  }
}
