import Foundation
import Platform
import TestSupport
import Testing

@testable import Experiments

struct BadExperimentTests {
  /// A file with one arm and one more top-level member.
  private func with(_ member: String) -> String {
    #"{"name": "x", "corpus": "c.txt", "arms": [{"name": "r", "position": "rotary"}],"# + "\n" + member + "}"
  }

  /// Names that a column of a CSV file loses, read by pandas as it is set up at first.
  @Test(arguments: [
    "NA", "null", "NULL", "nan", "NaN", "-nan", "None", "1e3", "007", "-5", "1.5", "inf", "-Infinity", "0x1F", "True",
    "false",
  ])
  func namesThatReadersOfTablesLoseAreRefused(name: String) {
    let text = fault(minimal.replacing("\"name\": \"r\"", with: "\"name\": \"\(name)\""))
    #expect(
      text
        == "x.json:1: arms.0.name is \"\(name)\", which readers of CSV files take for something else; expected a name "
        + "that is no number, no missing value and no truth value")
    #expect(fault(minimal, "name=\"\(name)\"").contains("name is \"\(name)\", which readers of CSV files take"))
  }

  @Test(arguments: ["none", "nano", "e3", "v1.5", "1e3x", "NAN-1", "-", "infinite", "truth"])
  func namesThatTablesKeepAreTaken(name: String) {
    #expect(fault(minimal.replacing("\"name\": \"r\"", with: "\"name\": \"\(name)\"")) == "nothing was wrong")
  }

  @Test(arguments: [
    (#""modle": {}"#, #"x.json:2: unknown key "modle" (did you mean model?)"#),
    (#""steps": 3"#, #"x.json:2: unknown key "steps" (did you mean training.steps?)"#),
    (#""training": {"stpes": 3}"#, #"x.json:2: unknown key "stpes" in training (did you mean steps?)"#),
    (#""model": {"layers": 0}"#, "x.json:2: model.layers is 0; expected a whole number from 1 to 1024"),
    (#""model": {"layers": 2.5}"#, "x.json:2: model.layers is 2.5; expected a whole number from 1 to 1024"),
    (#""model": {"layers": "2"}"#, #"x.json:2: model.layers is "2"; expected a whole number from 1 to 1024"#),
    (#""model": {"heads": 3}"#, "x.json:2: arms.r.heads is 3; expected a divisor of hiddenSize, which is 128"),
    (#""model": {"heads": 128}"#, "x.json:2: arms.r.heads is 128, which makes heads of size 1; expected an even"),
    (#""model": {"dropout": 1}"#, "x.json:2: model.dropout is 1; expected a number from 0 to below 1"),
    (#""model": {"dropout": 1e400}"#, "x.json:2: model.dropout is 1e400; expected a number"),
    (#""model": {"hiddenSize": 99999999999999999999}"#, "x.json:2: model.hiddenSize is 99999999999999999999"),
    (#""model": 3"#, "x.json:2: model is 3; expected an object"),
    (
      #""model": {"layers": 1024, "hiddenSize": 65536}"#,
      "x.json:2: arms.r has 52.8T weights, from layers 1024 (x.json:2), hiddenSize 65536 (x.json:2) and "
        + "feedForwardSize 262144 (default); expected at most 4.00G"
    ),
    (
      #""training": {"batchSize": 1000000}"#,
      "x.json:2: arms.r makes 128000000 tokens a step, from batchSize 1000000 (x.json:2) and sequenceLength 128 "
        + "(default); expected at most 16777216"
    ),
    (
      #""tokenizer": {"qqqqqqqqqqqq": 5}"#,
      #"x.json:2: unknown key "qqqqqqqqqqqq" in tokenizer; expected a key that `roformer help run` lists"#
    ),
    (#""tokenizer": {"vocabularySize": 5}"#, "x.json:2: tokenizer.vocabularySize is 5; expected a whole number from 6"),
    (#""tokenizer": {"kind": "wordpeice"}"#, #"x.json:2: tokenizer.kind is "wordpeice" (did you mean wordpiece?)"#),
    (#""validation": {"fraction": 1}"#, "x.json:2: validation.fraction is 1; expected a number above 0 to below 1"),
    (#""masking": {"probability": 0}"#, "x.json:2: masking.probability is 0; expected a number above 0 to 1"),
    (#""baseline": "rotray""#, #"x.json:2: baseline is "rotray""#),
    (#""seeds": []"#, "x.json:2: seeds is []; expected a list of 1"),
    (#""seeds": [1, -1]"#, "x.json:2: seeds.1 is -1; expected a whole number from 0"),
    (#""seeds": [1, 1e0]"#, "x.json:2: seeds holds 1 twice"),
    (#""seeds": 3"#, "x.json:2: seeds is 3; expected a list"),
    (#""learningRates": [0]"#, "x.json:2: learningRates.0 is 0; expected a number above 0 to 10"),
    (#""learningRates": ["nan"]"#, "x.json:2: learningRates.0 is \"nan\""),
    (#""arms": []"#, #"x.json:2: key "arms" is given twice"#),
  ])
  func aFaultIsToldInOneLine(member: String, start: String) {
    let text = fault(with(member))
    #expect(text.hasPrefix(start), "\(text)")
    #expect(text.split(whereSeparator: \.isNewline).count == 1)
  }

  @Test(arguments: [
    ("[]", "x.json:1: is []; expected an experiment"),
    (#"{"corpus": "c", "arms": []}"#, "x.json: name is missing"),
    (#"{"name": "x", "arms": []}"#, "x.json: corpus is missing"),
    (#"{"name": "x", "corpus": "", "arms": []}"#, #"x.json:1: corpus is "";"#),
    (#"{"name": "x", "corpus": "c"}"#, "x.json: arms is missing"),
    (#"{"name": "x", "corpus": "c", "arms": []}"#, "x.json:1: arms is []; expected a list of 1"),
    (#"{"name": "x", "corpus": "c", "arms": [3]}"#, "x.json:1: arms.0 is 3; expected an object"),
    (#"{"name": "x", "corpus": "c", "arms": [{}]}"#, "x.json:1: arms.0.name is missing"),
    (#"{"name": "x", "corpus": "c", "arms": [{"name": "a"}]}"#, "x.json:1: arms.a.position is missing"),
    (#"{"name": "../x", "corpus": "c", "arms": []}"#, #"x.json:1: name is "../x""#),
    (#"{"name": "a b", "corpus": "c", "arms": []}"#, #"x.json:1: name is "a b""#),
  ])
  func whatMustBeGivenIsAskedFor(text: String, start: String) {
    #expect(fault(text).hasPrefix(start), "\(fault(text))")
  }

  @Test(arguments: [
    (#"{"name": "a", "position": "rotray"}"#, #"arms.a.position is "rotray" (did you mean rotary?)"#),
    (
      #"{"name": "a", "position": "learned", "positions": 127}"#,
      "arms.a.positions is 127; expected at least sequenceLe"
    ),
    (#"{"name": "a", "position": "none", "thta": 1}"#, #"unknown key "thta" in arms.a (did you mean theta?)"#),
    (#"{"name": "a", "position": "none", "steps": 1, "training": {"steps": 2}}"#, "arms.a.steps is given twice"),
    (
      #"{"name": "a", "position": "sinusoidal", "hiddenSize": 5, "heads": 1}"#,
      "arms.a.hiddenSize is 5; expected an even"
    ),
    (#"{"name": "a", "position": "none"}, {"name": "A", "position": "none"}"#, "two arms are named \"A\" (and \"a\""),
  ])
  func armsAreChecked(arms: String, start: String) {
    let text = fault(#"{"name": "x", "corpus": "c", "arms": ["# + arms + "]}")
    #expect(text.hasPrefix("x.json:1: " + start), "\(text)")
  }

  @Test func aGridBeyondReasonIsRefused() {
    let seeds = "seeds=[" + (0..<1000).map(String.init).joined(separator: ",") + "]"
    let rates = "learningRates=[" + (1...1000).map { "\($0)e-6" }.joined(separator: ",") + "]"
    #expect(fault(minimal, seeds, rates).contains("the grid has 1000000 runs"))
  }

  @Test func sizesTooLargeTogetherBlameTheCommandLineFirst() {
    let file = with(#""training": {"batchSize": 32}"#)
    #expect(
      fault(file, "training.sequenceLength=1000000")
        == "--set training.sequenceLength=1000000: arms.r makes 32000000 tokens a step, from batchSize 32 (x.json:2) and "
        + "sequenceLength 1000000 (--set training.sequenceLength=1000000); expected at most 16777216")
  }

  @Test func whatDoesNotFitIntoMemoryIsRefused() throws {
    let huge = try experiment(minimal, "training.batchSize=100000", "model.layers=12")
    let text = performing { try huge.checkFits(memory: 16_000_000_000) }
    // 12 layers × 12.8 million tokens × (6·128 + 512) numbers of 4 bytes, and the weights.
    #expect(
      text == "--set training.batchSize=100000: arms.r needs more than 786GB of memory to train, from batchSize 100000 "
        + "(--set training.batchSize=100000), sequenceLength 128 (default), layers 12 (--set model.layers=12), "
        + "hiddenSize 128 (default) and feedForwardSize 512 (default); expected at most this machine's 16.0GB")
    let arm = try experiment(minimal, "arms.r.batchSize=100000")
    #expect(
      performing { try arm.checkFits(memory: 1_000_000_000) }.contains(
        "batchSize 100000 (--set arms.r.batchSize=100000)")
    )
    try experiment(minimal).checkFits(memory: 1_000_000_000)
  }

  @Test(arguments: [
    #"{"name": "#, "\u{FEFF}\u{0}", "[[[[[", "{\"name\": 1e999999999999999999999}", "\"\\u0000\"", "{\"\": {\"\": []}}",
    #"{"name": "x", "corpus": "a\u0000b", "arms": [{"name": "r", "position": "none"}]}"#,
  ])
  func garbageDoesNotTrap(text: String) {
    #expect(fault(text) != "nothing was wrong")
  }

  @Test func filesThatAreNoneAreNamed() throws {
    let folder = try TemporaryFolder()
    let empty = try folder.file("empty.json", Data("  \n".utf8))
    let bytes = try folder.file("bytes.json", Data([0x7b, 0x0a, 0xff]))
    #expect(performing { _ = try Experiment(file: folder.path + "/none.json") }.contains("none.json: no such file"))
    #expect(performing { _ = try Experiment(file: folder.path) }.contains("is a folder"))
    #expect(performing { _ = try Experiment(file: empty) }.contains("empty.json: is empty"))
    #expect(performing { _ = try Experiment(file: bytes) }.contains("bytes.json:2: is not UTF-8"))
  }
}
