import Formats
import Experiments
import Foundation
import Platform
import Reports
import Training

/// `fill`: what a model puts in the place of each `[MASK]`.
let fillCommand = Command(
  name: "fill", summary: "Say what a model puts in the place of each [MASK] of a text",
  operands: ["MODEL"], optionalOperands: ["TEXT"],
  options: [
    .init(name: "--top", value: "K", summary: "how many tokens for each mask; 5 by default"),
    .init(name: "--json", summary: "print JSON, a line for each text"),
  ],
  details: {
    """
    MODEL is a run's folder, a checkpoint, or a folder of Hugging Face (BERT or RoFormer). Without TEXT, or if it is -,
    each line of standard input is a text. Positions count the tokens of the text from [CLS], which is 0.
    """
  }
) { arguments, program in
  let count = try arguments.integer("--top", in: 1...1_000_000) ?? 5
  var texts: [(text: String, place: String)] = []
  if arguments.operands.count > 1, arguments.operands[1] != "-" {
    texts = [(arguments.operands[1], "TEXT")]
  } else {
    let lines = try program.readInput().split(separator: "\n")
    texts = lines.enumerated().map { (String($1), "standard input:\($0 + 1)") }
    guard !texts.isEmpty else { throw InputError(at: "standard input", "is empty", expected: "a text with [MASK]") }
  }
  let model = try program.model(arguments.operands[0])
  for (text, place) in texts {
    let predictions = try model.fill(text, count: count, place: place)
    program.output(arguments.has("--json") ? json(predictions) : table(predictions, of: texts.count > 1 ? text : nil))
  }
  return ExitCode.done
}

private func json(_ predictions: [MaskPrediction]) -> String {
  JSONValue(
    .list(
      predictions.map { prediction in
        JSONValue(members: [
          ("position", JSONValue(prediction.position)),
          (
            "predictions",
            JSONValue(
              .list(
                prediction.candidates.map { candidate in
                  JSONValue(members: [
                    ("token", JSONValue(candidate.token)), ("id", JSONValue(candidate.id)),
                    ("probability", JSONValue(candidate.probability)),
                  ])
                }))
          ),
        ])
      })
  ).serialized(indentation: nil)
}

/// A table with the masks one under another, under their text if there are several.
private func table(_ predictions: [MaskPrediction], of text: String?) -> String {
  var table = TextTable(["mask", "position", "token", "id", "probability"], words: [2])
  for (number, prediction) in predictions.enumerated() {
    for candidate in prediction.candidates {
      let probability = String(
        format: "%.4f", locale: Locale(identifier: "en_US_POSIX"), candidate.probability)
      table.append(["\(number + 1)", "\(prediction.position)", candidate.token, "\(candidate.id)", probability])
    }
  }
  return (text.map { $0 + "\n\n" } ?? "") + table.plain + (text == nil ? "" : "\n")
}
