import Formats
import Experiments
import Foundation
import Platform
import Reports
import Text
import Training

/// `evaluate`: how well a model predicts the masked tokens of a text.
let evaluateCommand = Command(
  name: "evaluate", summary: "Measure a model's held-out loss, perplexity and accuracy on a text, with intervals",
  operands: ["MODEL"],
  options: [
    .init(
      name: "--corpus", value: "FILE",
      summary: "UTF-8 text that the model was not trained on; by default what the run held out"),
    .init(
      name: "--length", value: "N",
      summary: "tokens a sequence; by default as the run was trained, else 128 or as many as the model takes"),
    .init(
      name: "--sequences", value: "N",
      summary:
        "the most sequences read, spread evenly; by default all, and of a run's own part as many as its validation"),
    .init(name: "--threads", value: "N", summary: "threads; by default as many as there are cores"),
    .init(name: "--json", summary: "print JSON"),
  ],
  details: {
    """
    MODEL is a run's folder, a checkpoint, or a folder of Hugging Face (BERT or RoFormer). A run is measured on what it
    held out, masked as its validation masks it, so that the loss is that of its curve's end. A text that is given is
    masked as in BERT: 15% of the tokens, drawn once. Intervals are 95%, by sequence.
    """
  }
) { arguments, program in
  if let threads = try arguments.integer("--threads", in: 1...ThreadPool.maximumThreadCount) {
    ThreadPool.shared.setThreadCount(threads)
  }
  let length = try arguments.integer("--length", in: 3...1_048_576)
  let limit = try arguments.integer("--sequences", in: 1...Int.max)
  let path = arguments.operands[0]
  let measured = try evaluationText(arguments.value("--corpus"), model: path, limit: limit, program)
  let model = try program.model(path)
  let line = ProgressLine(waits: true)
  defer { line.finish() }
  let evaluation = try HeldOutEvaluation(
    model, on: measured, sequenceLength: length ?? model.trainedLength ?? min(128, model.maximumLength ?? 128)
  ) { done, count in
    if done < count { line.show("evaluating  \(done) of \(count) sequences") }
  }
  line.finish()
  program.output(arguments.has("--json") ? json(evaluation) : text(of: evaluation))
  return ExitCode.done
}

/// What a model is measured on: a text that is given, or else what its run held out.
private func evaluationText(
  _ corpus: String?, model: String, limit: Int?, _ program: Program
) throws -> EvaluationText {
  let trained = try TrainedText(ofModel: model)
  guard let corpus else {
    guard let trained else {
      throw InputError(at: "--corpus", "is missing", expected: "a UTF-8 text, as \(model) was not left by a run")
    }
    return try trained.heldOut(limit: limit)
  }
  let given = try Corpus.load(path: corpus)
  if trained?.isIn(given) == true {
    program.errors(
      "roformer: warning: \(corpus): the run was trained on this text; without --corpus, what it held out is measured")
  }
  return EvaluationText(given, limit: limit)
}

private func exponential(_ estimate: RatioEstimate) -> (Double, ClosedRange<Double>?) {
  (exp(estimate.value), estimate.interval.map { exp($0.lowerBound)...exp($0.upperBound) })
}

/// An interval within what a share can be.
private func share(_ estimate: RatioEstimate) -> (Double, ClosedRange<Double>?) {
  (estimate.value, estimate.interval.map { max(0, $0.lowerBound)...min(1, $0.upperBound) })
}

private func text(of evaluation: HeldOutEvaluation) -> String {
  func number(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", locale: Locale(identifier: "en_US_POSIX"), value)
  }
  func line(_ name: String, _ value: (Double, ClosedRange<Double>?), _ text: (Double) -> String) -> [String] {
    let interval = value.1.map { "\(text($0.lowerBound)) to \(text($0.upperBound))" } ?? "–"
    return [name, text(value.0), interval]
  }
  let loss = (evaluation.lossNats.value, evaluation.lossNats.interval)
  var table = TextTable(["", "value", "95% interval"], words: [0])
  table.append(line("held-out loss, nats per masked token", loss) { number($0, 4) })
  table.append(line("perplexity", exponential(evaluation.lossNats)) { number($0, 2) })
  table.append(line("accuracy", share(evaluation.accuracy)) { number(100 * $0, 2) + "%" })
  let counts = "\(evaluation.maskedCount.counted("masked token")) in \(evaluation.sequenceCount.counted("sequence"))"
  return table.plain + "\n\n\(counts) of \(evaluation.sequenceLength) tokens"
}

private func json(_ evaluation: HeldOutEvaluation) -> String {
  var members: [(String, JSONValue)] = []
  func add(_ name: String, _ value: (Double, ClosedRange<Double>?)) {
    members.append((name, JSONValue(value.0)))
    members.append((name + "_low", value.1.map { JSONValue($0.lowerBound) } ?? JSONValue(.null)))
    members.append((name + "_high", value.1.map { JSONValue($0.upperBound) } ?? JSONValue(.null)))
  }
  add("loss_nats", (evaluation.lossNats.value, evaluation.lossNats.interval))
  add("perplexity", exponential(evaluation.lossNats))
  add("accuracy", share(evaluation.accuracy))
  members.append(("masked_tokens", JSONValue(evaluation.maskedCount)))
  members.append(("sequences", JSONValue(evaluation.sequenceCount)))
  members.append(("sequence_length", JSONValue(evaluation.sequenceLength)))
  return JSONValue(members: members).serialized()
}
