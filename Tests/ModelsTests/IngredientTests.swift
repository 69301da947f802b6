import Autodiff
import Models
import Kernels
import Testing

/// The ingredients of an encoder that BERT leaves at their plain value, by what defines each.
struct IngredientTests {
  private let tokens: [Int32] = [3, 8, 5, 12, 7]

  private func hidden(_ tokens: [Int32], _ configuration: EncoderConfiguration) -> [[Double]] {
    let output = EncoderFixture.trunk(configuration)(EncoderInput(batch: 1, time: tokens.count, tokens: tokens))
    return stride(from: 0, to: output.count, by: 24).map { Array(output.elements[$0..<$0 + 24]) }
  }

  @Test(arguments: EncoderFixture.allPositions)
  func aCausalMaskHidesWhatComesLater(position: PositionEncoding) {
    var configuration = EncoderFixture.configuration(position)
    configuration.attentionMask = .causal
    var changed = tokens
    changed[3] = 1
    let (before, after) = (hidden(tokens, configuration), hidden(changed, configuration))
    #expect(largestDifference(before[0..<3].flatMap { $0 }, after[0..<3].flatMap { $0 }) < 1e-12)
    #expect(largestDifference(before[4], after[4]) > 1e-3)
    configuration.attentionMask = .bidirectional
    #expect(largestDifference(hidden(tokens, configuration)[0], hidden(changed, configuration)[0]) > 1e-3)
  }

  /// Rotary scores know offsets alone, as do distances; what is added to the embeddings moves on, and so do rows of a
  /// table.
  @Test(arguments: EncoderFixture.allPositions)
  func anOffsetMovesPositionsThatAreAbsolute(position: PositionEncoding) {
    var configuration = EncoderFixture.configuration(position)
    let before = hidden(tokens, configuration).flatMap { $0 }
    configuration.positionOffset = 3
    let difference = largestDifference(before, hidden(tokens, configuration).flatMap { $0 })
    if configuration.addsPositions || position.scheme.rotatesValues || position.scheme.maximumLength != nil {
      #expect(difference > 1e-3)
    } else {
      #expect(difference < 1e-12)
    }
  }

  /// Two heads of keys and values for six of queries are as six, the first three of which are equal, and the last three.
  ///
  /// Were heads shared in turns, the outputs would differ.
  @Test func sharedKeysAndValuesServeHeadsThatFollowOneAnother() throws {
    var full = EncoderFixture.configuration(.rotary(.init()))
    full.headCount = 6
    full.keyValueHeadCount = 6
    var shared = full
    shared.keyValueHeadCount = 2
    let (fullStore, sharedStore) = (ParameterStore<Double>(seed: 1), ParameterStore<Double>(seed: 1))
    let (fullTrunk, sharedTrunk) = (Trunk(fullStore.scope(), full), Trunk(sharedStore.scope(), shared))
    for parameter in fullStore.parameters {
      let source = try #require(sharedStore[parameter.name]).value
      let given = source.elements
      // A row, or an element of a bias, is a dimension of a head.
      let width = parameter.value.count / parameter.value.shape[0]
      parameter.weight.update { target in
        for i in target.indices {
          let (row, column) = (i / width, i % width)
          let sharedRow = row / (3 * full.headDim) * full.headDim + row % full.headDim
          target[i] = given[(given.count < target.count ? sharedRow : row) * width + column]
        }
      }
    }
    let key = try #require(sharedStore["encoder.layer.0.attention.self.key.weight"]).value.elements
    #expect(largestDifference(Array(key[..<96]), Array(key[96...])) > 0.1)
    let input = EncoderFixture.padded
    #expect(largestDifference(fullTrunk(input).elements, sharedTrunk(input).elements) < 1e-12)
  }
}
