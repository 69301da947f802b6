import Autodiff
import Models
import Kernels
import TestSupport
import Testing
import Training

/// An implementation that shares nothing with this one: PyTorch's.
struct PyTorchTests {
  @Test(arguments: PyTorchFixture.encodings) func doubleAgreesToTenDigits(encoding: String) throws {
    try compare(encoding, Double.self, precision: "double", tolerance: 1e-10)
  }

  @Test(arguments: PyTorchFixture.encodings) func floatAgreesToFiveDigits(encoding: String) throws {
    try compare(encoding, Float.self, precision: "float", tolerance: 1e-5)
  }

  private func compare<S: Scalar>(
    _ encoding: String, _: S.Type, precision: String, tolerance: Double
  ) throws {
    let fixture = try PyTorchFixture(encoding)
    let errors = fixture.errors(of: try trace(fixture, S.self), precision: precision)
    #expect(errors.count == 4 + 2 * fixture.weightNames.count)
    for (name, error) in errors { #expect(error <= tolerance, "\(encoding), \(name)") }
  }

  /// The first batch's logits, loss and gradients, and ten steps of training.
  private func trace<S: Scalar>(_ fixture: PyTorchFixture, _: S.Type) throws -> PyTorchFixture.Trace {
    typealias Size = PyTorchFixture.Size
    let encoder = EncoderConfiguration(
      vocabularySize: Size.vocabulary, layerCount: Size.layers, hiddenSize: Size.hidden, headCount: Size.heads,
      feedForwardSize: Size.feedForward, position: try position(fixture.encoding))
    let weights = ParameterStore<S>(seed: nil)
    _ = MaskedLanguageModel(weights.scope(), encoder)
    #expect(weights.parameters.map(\.name).sorted() == fixture.weightNames)
    for parameter in weights.parameters {
      let (shape, elements) = try #require(fixture.initial(parameter.name))
      #expect(parameter.value.shape == shape)
      parameter.weight.set(to: Tensor(elements.map { S($0) }, shape: shape))
    }
    let settings = TrainingConfiguration(
      steps: Size.steps, warmupSteps: Size.warmup, epsilon: Size.epsilon, weightDecay: Size.weightDecay,
      clipNorm: Size.clipNorm, biasCorrection: true)
    let schedule = LearningRateSchedule(peak: Size.peakRate, warmupSteps: Size.warmup, steps: Size.steps)
    let optimizer = Optimizer(weights, settings)
    var trace = PyTorchFixture.Trace()
    for step in 1...Size.steps {
      let batch = fixture.batch(step)
      let input = EncoderInput(
        batch: Size.batch, time: Size.time, tokens: batch.tokens, tokenTypes: batch.tokenTypes,
        keyPadding: batch.keyPadding)
      let tape = Tape<S>()
      let scope = weights.scope(on: tape)
      let model = MaskedLanguageModel(scope, encoder)
      let loss = model.loss(input, at: batch.positions, labels: batch.labels)
      let gradients = Optimizer.gradients(
        of: scope, from: tape.gradients(of: loss), count: weights.parameters.count)
      let norm = Optimizer.globalNorm(gradients)
      if step == 1 {
        trace.tensors["logits"] = doubles(model.logits(input, at: batch.positions))
        trace.tensors["loss"] = doubles(loss)
        for (parameter, gradient) in zip(weights.parameters, gradients) {
          trace.tensors["gradient." + parameter.name] = gradient.map(doubles)
        }
      }
      trace.tensors["losses", default: []] += doubles(loss)
      trace.tensors["norms", default: []].append(norm)
      optimizer.update(gradients, norm: norm, learningRate: schedule.rate(at: step))
    }
    for parameter in weights.parameters { trace.tensors["final." + parameter.name] = doubles(parameter.value) }
    return trace
  }

  private func doubles<S: Scalar>(_ tensor: Tensor<S>) -> [Double] { tensor.elements.map { Double($0) } }

  private func position(_ name: String) throws -> PositionEncoding {
    switch name {
    case "none": .none
    case "learned": .learned(positionCount: PyTorchFixture.Size.positions)
    case "rotary-interleaved": .rotary(.init())
    case "rotary-halves": .rotary(.init(pairing: .halves))
    // Four of six dimensions.
    case "rotary-partial": .rotary(.init(theta: 10, fraction: 0.7))
    default: .sinusoidal(try #require(.init(rawValue: String(name.dropFirst("sinusoidal-".count)))))
    }
  }
}
