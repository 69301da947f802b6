import Formats
import Models
import Foundation
import Kernels
import Platform
import Testing
import Training

@testable import Experiments

/// The smallest file that says everything it must.
let minimal = #"{"name": "x", "corpus": "c.txt", "arms": [{"name": "r", "position": "rotary"}]}"#

/// The experiment that a text describes, in a file called `x.json`.
func experiment(_ text: String, _ settings: String...) throws -> Experiment {
  var tree = try JSONValue.parse(text, source: "x.json")
  for setting in settings { tree = try Overrides.apply(setting, to: tree) }
  return try Experiment(tree)
}

/// The line that reading a text ends with.
func fault(_ text: String, _ settings: String...) -> String {
  do {
    var tree = try JSONValue.parse(text, source: "x.json")
    for setting in settings { tree = try Overrides.apply(setting, to: tree) }
    _ = try Experiment(tree)
    return "nothing was wrong"
  } catch {
    return "\(error)"
  }
}

struct ExperimentFileTests {
  let example = """
    {
      "name": "quickstart",
      "description": "What is compared, and why.",
      "corpus": "data/toy.txt",
      "tokenizer": {"kind": "wordpiece", "vocabularySize": 1024},
      "model": {"preset": "tiny", "layers": 2, "hiddenSize": 128, "heads": 2, "normalization": "post", "dropout": 0},
      "arms": [
        {"name": "sinusoidal", "position": "sinusoidal"},
        {"name": "rotary", "position": "rotary", "theta": 10000}
      ],
      "baseline": "sinusoidal",
      "learningRates": [1e-3, 2e-3],
      "seeds": [0, 1, 2],
      "training": {"steps": 800, "batchSize": 32, "sequenceLength": 64, "warmupSteps": 80, "validationInterval": 25},
      "targetLosses": [4.0, 3.0]
    }
    """

  /// Exact GELU unless a file says otherwise; arms may differ.
  @Test func activationsAreRead() throws {
    let arms = #"[{"name": "a", "position": "none"}, {"name": "b", "position": "none", "activation": "silu"}]"#
    func activations(_ model: String) throws -> [Activation] {
      let read = try experiment(#"{"name": "x", "corpus": "c.txt", \#(model)"arms": \#(arms)}"#)
      #expect(try Experiment(read.resolved) == read)
      return read.arms.map { $0.encoder(vocabularySize: 100).activation }
    }
    #expect(try activations("") == [.gelu, .silu])
    #expect(try activations(#""model": {"activation": "gelu-tanh"}, "#) == [.geluTanh, .silu])
    #expect(fault(minimal, "model.activation=tanh").hasSuffix("; expected one of gelu, gelu-tanh, relu, silu"))
  }

  @Test func theDesignsExampleIsRead() throws {
    let read = try experiment(example)
    #expect(read.arms.map(\.name) == ["sinusoidal", "rotary"])
    #expect(read.arms[0].position == .sinusoidal(.plain))
    #expect(read.arms[1].position == .rotary(.init()))
    #expect(read.training(of: "rotary").steps == 800)
    #expect(read.targetLosses == [4, 3])
    #expect(read.arms[1].encoder(vocabularySize: 1000).feedForwardSize == 512)
  }

  @Test func whatIsNotSaidHasADefault() throws {
    let read = try experiment(minimal)
    #expect(read.baseline == "r")
    #expect(read.seeds == [0, 1, 2])
    #expect(read.learningRates == [1e-3])
    #expect(read.tokenizer == .init(kind: .wordpiece, vocabularySize: 8192, lowercase: true, vocabulary: nil))
    #expect(read.validation == .init(fraction: 0.1, split: .documents, sequences: 256))
    #expect(read.arms[0].masking == .bert)
    #expect(read.arms[0].training == TrainingConfiguration())
    #expect(read.arms[0].encoder(vocabularySize: 9).layerCount == 2)
  }

  @Test func theTableHasEveryKeyOfTheTraining() throws {
    let data = try JSONEncoder().encode(TrainingConfiguration())
    let tree = try JSONValue.parse(String(decoding: data, as: UTF8.self), source: "")
    let withDefault = Schema.keys(of: .training).filter { if case .value = $0.standard { true } else { false } }
    #expect(Set(tree.members!.map(\.key)) == Set(withDefault.map(\.name)))
    let others = Schema.keys(of: .training).map(\.name).filter { name in !withDefault.contains { $0.name == name } }
    #expect(others == ["decaySteps", "stopAfterTargets"])
    for key in withDefault {
      guard case .value(let standard) = key.standard else { continue }
      #expect(try key.type.checked(standard, path: key.path) == key.type.checked(tree[key.name]!, path: key.path))
    }
  }

  @Test func armsOverrideFlatAndNested() throws {
    let read = try experiment(
      #"""
      {"name": "x", "corpus": "c", "model": {"layers": 3, "theta": 500, "position": "rotary"}, "arms": [
        {"name": "a"},
        {"name": "b", "position": "learned", "layers": 4, "training": {"seedOffset": 7}, "model": {"dropout": 0.5}},
        {"name": "c", "preset": "mini", "steps": 5}]}
      """#)
    #expect(read.arms[0].position == .rotary(.init(theta: 500)))
    #expect(read.arms.map(\.model.layers) == [3, 4, 4])
    #expect(read.arms.map(\.model.hiddenSize) == [128, 128, 256])
    #expect(read.arms[1].position == .learned(positionCount: 128))
    #expect(read.arms[1].model.dropout == 0.5)
    #expect(read.arms.map(\.training.steps) == [1000, 1000, 5])
    #expect(read.cells.filter { $0.arm.name == "b" }.map(\.randomSeed) == [7, 8, 9])
  }

  @Test func theResolvedFormReadsBackAsTheSameExperiment() throws {
    for text in [
      example, minimal,
      #"""
      {"name": "x", "corpus": "c", "model": {"layers": 3, "feedForwardSize": 100}, "arms": [
        {"name": "b", "position": "learned", "layers": 4, "positions": 500},
        {"name": "n", "position": "none", "preset": "small", "theta": 3},
        {"name": "c", "position": "sinusoidal", "scale": "learned", "preset": "mini", "hiddenSize": 64, "steps": 5}]}
      """#,
    ] {
      let read = try experiment(text)
      let again = try experiment(read.resolved.serialized())
      #expect(again.resolved.serialized() == read.resolved.serialized())
      #expect(again.arms == read.arms)
    }
  }

  @Test func cellsAreNumberedArmsOutermost() throws {
    let cells = try experiment(example).cells
    #expect(cells.map(\.index) == Array(0..<12))
    #expect(
      cells.map(\.folderName).prefix(7) == [
        "sinusoidal-lr0.001-seed0", "sinusoidal-lr0.001-seed1", "sinusoidal-lr0.001-seed2",
        "sinusoidal-lr0.002-seed0", "sinusoidal-lr0.002-seed1", "sinusoidal-lr0.002-seed2", "rotary-lr0.001-seed0",
      ])
  }

  @Test func aParameterWithoutEffectIsNoted() throws {
    let read = try experiment(minimal, #"arms=[{"name": "n", "position": "none", "theta": 5}]"#)
    #expect(read.notes.count == 1)
    #expect(read.notes.first?.hasSuffix("arms.n.theta has no effect with position none") == true)
  }
}

extension Experiment {
  fileprivate func training(of arm: String) -> TrainingConfiguration { arms.first { $0.name == arm }!.training }
}
