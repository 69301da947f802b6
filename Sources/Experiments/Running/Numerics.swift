import Curves
import Formats
import Platform
import Text
import Training

/// What this program computes on this machine, as a digest, by which a record knows whether numbers can be equal to the
/// bit.
///
/// The bits of a run are decided by which floating-point operations are done, and in which order: by these sources, by
/// the compiler, by the instruction set that it compiled for, and by the functions of the system's library that are
/// called (sines, logarithms), so that one executable may give other bits on another system. The executable's bytes, or
/// those of the sources, change with a path or a comment too, which decide nothing, and do not see the library. So a few
/// small models are trained for two steps, and their weights and held-out losses are hashed.
///
/// Another digest means other numbers. The same digest means the same numbers in all that these steps do, which is
/// tokenizing, masking, every position encoding, both residual orders, dropout, sizes with and without a remainder, and
/// attention over several blocks of keys; it is no proof for shapes of another kind.
enum Numerics {
  /// SHA-256, in hexadecimal; computed once, in some tenths of a second.
  static let digest: String = {
    do {
      return try computed()
    } catch {
      preconditionFailure("Numerics: \(error)")
    }
  }()

  private static let experiment = """
    {"name": "numerics", "corpus": "generated", "tokenizer": {"vocabularySize": 300}, "seeds": [1],
     "validation": {"fraction": 0.2, "sequences": 4}, "training": {"steps": 2, "batchSize": 3},
     "arms": [
       {"name": "wide", "position": "rotary", "layers": 1, "hiddenSize": 320, "heads": 5, "sequenceLength": 64,
        "dropout": 0.1},
       {"name": "halves", "position": "rotary", "pairing": "halves", "layers": 1, "hiddenSize": 32, "heads": 1,
        "sequenceLength": 33, "biasCorrection": true},
       {"name": "long", "position": "learned", "layers": 1, "hiddenSize": 48, "embeddingSize": 40, "heads": 2,
        "sequenceLength": 640, "normalization": "pre"},
       {"name": "odd", "position": "sinusoidal", "scale": "learned", "layers": 2, "hiddenSize": 36, "heads": 3,
        "sequenceLength": 37}
     ]}
    """

  static func computed() throws -> String {
    let experiment = try Experiment(JSONValue.parse(experiment, source: "numerics"))
    let corpus = try PreparedCorpus(experiment, corpus: Corpus(text: text, name: "numerics"))
    var digest = Digest()
    for cell in experiment.cells { try add(cell, cell.arm.objective, corpus, to: &digest) }
    return digest.finish()
  }

  /// Trains a cell, and takes its weights and what was measured into a digest.
  private static func add(
    _ cell: Cell, _ objective: some Objective<PackedSequences>, _ corpus: PreparedCorpus, to digest: inout Digest
  ) throws {
    let encoder = cell.encoder(vocabularySize: corpus.vocabulary.count)
    let training = ModelTraining<_, Float>(objective, encoder, cell.training, seed: cell.randomSeed)
    let batches = try corpus.batches(of: cell, for: objective)
    for step in 0..<cell.training.steps {
      _ = try training.step(batches.batch(at: step), number: step + 1, learningRate: 1e-3)
    }
    let heldOut = objective.measures(
      of: training.store.scope(), encoder, on: try corpus.validationBatches(of: cell, for: objective))
    digest.update(Array(training.store.digest().utf8))
    digest.update(Measure.all.compactMap { heldOut[$0] })
  }

  /// Documents of words that are drawn from syllables.
  private static var text: String {
    let random = RandomSource(seed: 1, purpose: "numerics")
    let syllables = ["ka", "lo", "mi", "ne", "pu", "ra", "so", "ti", "ve", "wu"]
    var index = 0
    func draw(_ bound: Int) -> Int {
      index += 1
      return random.integer(below: bound, at: index)
    }
    func word() -> String { (0...draw(3)).map { _ in syllables[draw(syllables.count)] }.joined() }
    return (0..<150).map { _ in (0..<40).map { _ in word() }.joined(separator: " ") }.joined(separator: "\n\n")
  }
}
