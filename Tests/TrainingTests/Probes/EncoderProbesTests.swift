import Kernels
import Models
import Testing

@testable import Training

struct EncoderProbesTests {
  private let uniform = UnigramDistribution(counts: [Int](repeating: 0, count: 24))

  /// Rows are by probe, layer and head, and empty where there is no layer or head.
  @Test func rowsAreInOrder() throws {
    let batch = try ProbeFixture.batch()
    let store = ParameterStore<Float>(seed: 1)
    let probes = EncoderProbes(EncoderProbes.all(unigram: uniform), on: batch)
    let rows = probes.values(of: store.scope(), ProbeFixture.configuration(.rotary(.init())))
    let places = rows.map { "\($0.probe) \($0.layer.map(String.init) ?? "-") \($0.head.map(String.init) ?? "-")" }
    #expect(
      places == [
        "order-gap - -", "mask-separation - -",
        "offset-explained 0 0", "offset-explained 0 1", "offset-explained 0 2",
        "offset-explained 1 0", "offset-explained 1 1", "offset-explained 1 2",
        "neighbour-mass 0 -", "neighbour-mass 1 -", "unigram-divergence - -",
      ])
    #expect(rows.allSatisfy { $0.value.isFinite })
    #expect(rows == probes.values(of: store.scope(), ProbeFixture.configuration(.rotary(.init()))))
  }

  /// A training that is looked at between its steps ends with the same bits.
  @Test func lookingLeavesTheTrainingAsItIs() throws {
    let data = try TrainingFixture.data()
    let probes = EncoderProbes(
      EncoderProbes.all(unigram: uniform), on: ProbedBatch(data.validation[0], vocabulary: ProbeFixture.vocabulary))
    func trained(looking: Bool) throws -> (weights: String, losses: [Double]) {
      var configuration = TrainingFixture.encoder
      configuration.dropout = 0.1
      let training = ModelTraining<MaskedTokenPrediction, Float>(
        data.batches.objective, configuration, TrainingFixture.settings(steps: 6), seed: 5)
      var losses: [Double] = []
      for step in 0..<6 {
        if looking { _ = probes.values(of: training.store.scope(), configuration) }
        losses.append(try training.step(data.batches.batch(at: step), number: step + 1, learningRate: 1e-3).loss)
      }
      return (training.store.digest(), losses)
    }
    let (plain, looked) = (try trained(looking: false), try trained(looking: true))
    #expect(plain == looked)
  }

  /// The places of the text are those of words, hidden ones too; M are those of them that are shown as `[MASK]`.
  @Test func placesAreThoseOfWords() throws {
    let probed = try ProbeFixture.batch()
    let (batch, vocabulary) = (probed.batch, ProbeFixture.vocabulary)
    let hidden = Set(batch.maskedPositions.map(Int.init))
    for sequence in 0..<batch.batchSize {
      let text = probed.textPlaces[sequence]
      // [CLS], the words, [SEP], padding.
      let first = sequence * 16
      #expect(text == Array(first + 1..<first + 1 + text.count))
      #expect(batch.tokens[first] == vocabulary.classification)
      #expect(batch.tokens[first + 1 + text.count] == vocabulary.separator)
      #expect(probed.maskPlaces[sequence] == text.filter { hidden.contains($0) && batch.tokens[$0] == vocabulary.mask })
    }
    // Some are hidden behind another token.
    #expect(probed.maskPlaces.joined().count < hidden.count && probed.maskPlaces.allSatisfy { !$0.isEmpty })
    #expect(Set(probed.textPlaces.map(\.count)).count == 8)
  }
}
