import Models
import Testing

@testable import Benchmarks

struct WorkloadTests {
  @Test func positionsAreTheFamiliesThatThereAre() {
    for position in PositionFamily.allCases {
      #expect(Workload(position: position).encoder.position.name == position.rawValue)
    }
  }

  /// All three products of every linear map of a `mini` step, 608 of 4096 tokens being hidden.
  @Test func productsAreThoseOfAStep() {
    let expected: [(label: String, m: Int, n: Int, k: Int)] = [
      ("queries, keys and values, forward", 4096, 768, 256),
      ("queries, keys and values, input gradient", 4096, 256, 768),
      ("queries, keys and values, weight gradient", 768, 256, 4096),
      ("attention output, forward", 4096, 256, 256),
      ("attention output, input gradient", 4096, 256, 256),
      ("attention output, weight gradient", 256, 256, 4096),
      ("feed-forward up, forward", 4096, 1024, 256),
      ("feed-forward up, input gradient", 4096, 256, 1024),
      ("feed-forward up, weight gradient", 1024, 256, 4096),
      ("feed-forward down, forward", 4096, 256, 1024),
      ("feed-forward down, input gradient", 4096, 1024, 256),
      ("feed-forward down, weight gradient", 256, 1024, 4096),
      ("head transform, forward", 608, 256, 256),
      ("head transform, input gradient", 608, 256, 256),
      ("head transform, weight gradient", 256, 256, 608),
      ("head scores, forward", 608, 8192, 256),
      ("head scores, input gradient", 608, 256, 8192),
      ("head scores, weight gradient", 8192, 256, 608),
    ]
    let products = Workload().products
    #expect(products.map(\.label) == expected.map(\.label))
    #expect(products.map { [$0.m, $0.n, $0.k] } == expected.map { [$0.m, $0.n, $0.k] })
    for product in products {
      // Weights lie as [outputs, inputs], tokens in rows.
      #expect(product.transposesA == product.label.hasSuffix("weight gradient"), "\(product)")
      #expect(product.transposesB == product.label.hasSuffix("forward"), "\(product)")
    }
  }

  /// Without the 12·T·d of attention, the model's operations are those of its products, each layer's once a layer.
  @Test(arguments: EncoderConfiguration.Preset.allCases) func productsMakeUpTheModel(
    preset: EncoderConfiguration.Preset
  ) {
    let workload = Workload(preset: preset, batchSize: 7, sequenceLength: 93, vocabularySize: 1009)
    let (layers, d) = (Double(preset.sizes.layerCount), Double(preset.sizes.hiddenSize))
    func operations(_ isHead: Bool) -> Double {
      workload.products.filter { $0.label.hasPrefix("head") == isHead }.reduce(0) { $0 + $1.operationCount }
    }
    #expect(layers * operations(false) == 3 * layers * 24 * d * d * 7 * 93)
    // Of 93 tokens, 14 are hidden.
    #expect(operations(true) == 3 * (2 * d * d + 2 * d * 1009) * 7 * 14)
  }

  @Test(arguments: [(32, 128), (7, 93), (1, 3), (5, 10)]) func asManyTokensAreHiddenAsInAStep(batch: Int, length: Int)
    throws
  {
    let workload = Workload(preset: .tiny, batchSize: batch, sequenceLength: length, vocabularySize: 50)
    let batches = try StepBenchmark.randomBatches(workload)
    for step in 1...3 { #expect(batches.batch(at: step).maskedPositions.count == workload.maskedTokenCount) }
  }
}
