/// All measures: who adds one to `all` has it in curve files, checkpoints, event files and in what statistics can read.
extension Measure {
  /// The learning rate of the step.
  public static let learningRate = Measure("learning_rate")

  /// The global gradient norm of the step, before clipping.
  public static let gradientNorm = Measure("gradient_norm")

  /// The mean loss over what the step's batch asks for, such as its masked tokens, in nats.
  public static let trainingLoss = Measure("train_loss_nats", better: .lower, isLoss: true, label: "loss")

  /// The mean loss over what the held-out batches ask for, in nats.
  public static let validationLoss = Measure(
    "validation_loss_nats", better: .lower, isHeldOut: true, isLoss: true, label: "held-out")

  /// The share of what the held-out batches ask for that the largest logit names.
  public static let validationAccuracy = Measure("validation_accuracy", better: .higher, isHeldOut: true)

  /// The measures in the order of their columns; a new one goes to the end.
  public static let all: [Measure] = [
    .learningRate, .gradientNorm, .trainingLoss, .validationLoss, .validationAccuracy,
  ]
}
