import Autodiff
import Models
import Foundation
import Kernels
import TestSupport
import Testing

/// What makes a position encoding what it is; gradients that agree with wrong values would not show it.
struct PositionPropertiesTests {
  /// The hidden vectors of one sequence, a row a token.
  private func hidden(_ tokens: [Int32], _ position: PositionEncoding) -> [[Double]] {
    let output = EncoderFixture.trunk(EncoderFixture.configuration(position))(
      EncoderInput(batch: 1, time: tokens.count, tokens: tokens))
    return stride(from: 0, to: output.count, by: 24).map { Array(output.elements[$0..<$0 + 24]) }
  }

  @Test(arguments: EncoderFixture.allPositions)
  func permutingTokensPermutesOutputsOnlyWithoutPositions(position: PositionEncoding) {
    let tokens: [Int32] = [3, 8, 5, 12, 7]
    let order = [2, 0, 4, 1, 3]
    let straight = hidden(tokens, position)
    let permuted = hidden(order.map { tokens[$0] }, position)
    let difference = order.enumerated().map { largestDifference(permuted[$0.offset], straight[$0.element]) }.max()!
    if position == .none {
      #expect(difference < 1e-12)
    } else {
      #expect(difference > 1e-3, "\(position)")
    }
  }

  @Test(arguments: EncoderFixture.allPositions)
  func whatSaysThatItRotatesDoes(position: PositionEncoding) {
    let rotation = EncoderFixture.configuration(position).rotation(Double.self, positionCount: 3)
    #expect(position.scheme.rotates == (rotation != nil))
  }

  /// An encoder that rotates or adds to scores sees offsets alone: what stands before padding that is hidden does not
  /// matter.
  @Test(arguments: [PositionEncoding.rotary(.init()), .alibi, .relative])
  func dependsOnOffsetsAlone(position: PositionEncoding) {
    let configuration = EncoderFixture.configuration(position)
    let trunk = EncoderFixture.trunk(configuration)
    let word: [Int32] = [4, 9, 6]
    let early = trunk(
      EncoderInput(batch: 1, time: 5, tokens: word + [0, 0], keyPadding: [false, false, false, true, true])
    ).elements[0..<3 * 24]
    let late = trunk(
      EncoderInput(batch: 1, time: 5, tokens: [0, 0] + word, keyPadding: [true, true, false, false, false])
    ).elements[2 * 24..<5 * 24]
    #expect(largestDifference(Array(early), Array(late)) < 1e-12)
  }

  @Test(arguments: [PositionEncoding.sinusoidal(.plain), .learned(positionCount: 11)])
  func addedPositionsAreAbsolute(position: PositionEncoding) {
    let trunk = EncoderFixture.trunk(EncoderFixture.configuration(position))
    let early = trunk(EncoderInput(batch: 1, time: 3, tokens: [4, 9, 0], keyPadding: [false, false, true]))
    let late = trunk(EncoderInput(batch: 1, time: 3, tokens: [0, 4, 9], keyPadding: [true, false, false]))
    #expect(largestDifference(Array(early.elements[0..<48]), Array(late.elements[24..<72])) > 1e-3)
  }

  /// What is added to the scores does not change where both positions move, in sequences of any length.
  @Test(arguments: [PositionEncoding.alibi, .relative])
  func biasesOfScoresMoveWithBothPositions(position: PositionEncoding) throws {
    let bias = try scoreBias(position)
    let (short, long) = (bias(7), bias(300))
    #expect(short.shape == [3, 7, 7] && long.shape == [3, 300, 300])
    for head in 0..<3 {
      for i in 0..<7 {
        for j in 0..<7 {
          let moved = long.elements[(head * 300 + i + 290) * 300 + j + 290]
          #expect(short.elements[(head * 7 + i) * 7 + j] == moved)
        }
      }
    }
    #expect(Set(short.elements[..<7]).count == 7)
  }

  private func scoreBias(
    _ position: PositionEncoding, _ store: ParameterStore<Double> = ParameterStore(seed: 1)
  ) throws -> (_ time: Int) -> Tensor<Double> {
    let bias = position.scheme.scoreBias(store.scope(), EncoderFixture.configuration(position))
    return try #require(bias)
  }

  /// 1/2 to 1/256 for 8 heads, and what the authors' `get_slopes` gives for 3, 6 and 12.
  @Test func alibiSlopesAreThePublishedOnes() {
    let expected: [(headCount: Int, exponents: [Double])] = [
      (1, [8]), (2, [4, 8]), (3, [4, 8, 2]), (4, [2, 4, 6, 8]), (6, [2, 4, 6, 8, 1, 3]), (8, [1, 2, 3, 4, 5, 6, 7, 8]),
      (12, [1, 2, 3, 4, 5, 6, 7, 8, 0.5, 1.5, 2.5, 3.5]), (16, (1...16).map { Double($0) / 2 }),
    ]
    for (headCount, exponents) in expected {
      let slopes = AlibiPositions.slopes(headCount: headCount)
      #expect(slopes.count == headCount)
      #expect(largestDifference(slopes, exponents.map { exp2(-$0) }) < 1e-15, "\(headCount) heads")
    }
  }

  /// −slope · |i − j|, on both sides of the query alike; nothing is trained.
  @Test func alibiIsAPenaltyOnDistance() throws {
    let bias = try scoreBias(.alibi)(5).elements
    let slopes: [Double] = [0.0625, 0.00390625, 0.25]
    let expected = slopes.flatMap { slope in
      (0..<25).map { (index: Int) -> Double in -slope * Double(abs(index / 5 - index % 5)) }
    }
    #expect(largestDifference(bias, expected) < 1e-15)
    let stores = [PositionEncoding.none, .alibi].map { position in
      let store = ParameterStore<Double>(seed: 1)
      _ = Trunk(store.scope(), EncoderFixture.configuration(position))
      return store.parameters.map(\.name)
    }
    #expect(stores[0] == stores[1])
  }

  /// The buckets of `T5Attention._relative_position_bucket`, which `Tests/Fixtures/relative/make.py` wrote down.
  @Test func relativeBucketsAreThoseOfT5() throws {
    let lines = try String(contentsOfFile: PackageFile.fixture("relative/buckets.csv"), encoding: .utf8)
      .split(separator: "\n").dropFirst()
    #expect(lines.count == 1201)
    for line in lines {
      let numbers = line.split(separator: ",").compactMap { Int($0) }
      let (offset, bucket) = (try #require(numbers.first), try #require(numbers.last))
      #expect(RelativePositions.bucket(offset: offset) == bucket, "offset \(offset)")
    }
  }

  /// The bias of query i and key j is the number of the bucket of j − i, a column a head.
  @Test func relativeBiasIsTheTablesNumber() throws {
    let store = ParameterStore<Double>(seed: 1)
    let bias = try scoreBias(.relative, store)(9).elements
    let table = try #require(store["encoder.relative_attention_bias.weight"]).value
    #expect(table.shape == [32, 3] && Set(table.elements).count == 96)
    for (index, element) in bias.enumerated() {
      let (head, i, j) = (index / 81, index / 9 % 9, index % 9)
      let bucket = abs(i - j) < 8 ? abs(i - j) + (j > i ? 16 : 0) : j > i ? 24 : 8
      #expect(element == table.elements[bucket * 3 + head])
    }
  }

  /// pᵢ·U_Q · pⱼ·U_K / √(2d), written out, the rows of p normalized; with `[CLS]`, one number a head, and none from it.
  @Test func untiedPositionsMeetPositionsAlone() throws {
    let (size, heads, headDim, time) = (24, 3, 8, 5)
    let store = ParameterStore<Double>(seed: 1)
    let position = PositionEncoding.untied(positionCount: 11)
    _ = try scoreBias(position, store)
    func weight(_ name: String) throws -> ParameterStore<Double>.Parameter {
      let parameter = store.parameters.first { $0.name == "encoder.untied." + name }
      return try #require(parameter)
    }
    let towardsFirst = try weight("first_bias").weight
    towardsFirst.update { for head in 0..<3 { $0[head] = Double(head) - 0.7 } }
    let bias = try scoreBias(position, store)
    let table = try weight("position_embeddings.weight").value.elements
    let (query, key) = (try weight("query.weight").value.elements, try weight("key.weight").value.elements)
    let rows = (0..<time).map { row -> [Double] in
      let x = Array(table[row * size..<(row + 1) * size])
      let mean = x.reduce(0, +) / Double(size)
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
      return x.map { ($0 - mean) / (variance + 1e-12).squareRoot() }
    }
    func projected(_ row: Int, _ matrix: [Double], _ output: Int) -> Double {
      (0..<size).reduce(0.0) { $0 + rows[row][$1] * matrix[output * size + $1] }
    }
    var expected: [Double] = []
    for head in 0..<heads {
      for i in 0..<time {
        for j in 0..<time {
          var sum = 0.0
          for d in head * headDim..<(head + 1) * headDim { sum += projected(i, query, d) * projected(j, key, d) }
          let score = sum / Double(2 * headDim).squareRoot()
          expected.append(i == 0 ? 0 : j == 0 ? Double(head) - 0.7 : score)
        }
      }
    }
    #expect(largestDifference(bias(time).elements, expected) < 1e-12)
    #expect((expected.map { abs($0) }.max() ?? 0) > 0.5)
    // Shared by the layers, and nothing among the embeddings.
    let configuration = EncoderFixture.configuration(position)
    let whole = ParameterStore<Double>(seed: 1)
    _ = Trunk(whole.scope(), configuration)
    #expect(whole.parameters.filter { $0.part == .positions }.map(\.name) == store.parameters.map(\.name))
    #expect(!configuration.addsPositions)
  }

  /// Where positions say nothing, words' scores are divided by √(2d): queries that are √2 times as long undo it.
  @Test func untiedScoresAreDividedByTheRootOfBothTerms() throws {
    func hidden(_ position: PositionEncoding, factor: Double) -> [Double] {
      let store = ParameterStore<Double>(seed: 1)
      _ = Trunk(store.scope(), EncoderFixture.configuration(position))
      for parameter in store.parameters {
        let isSilenced = parameter.name.hasPrefix("encoder.untied.query")
        let scale = isSilenced ? 0 : parameter.name.contains("self.query") ? factor : 1
        parameter.weight.update { for i in $0.indices { $0[i] *= scale } }
      }
      return Trunk(store.scope(), EncoderFixture.configuration(position))(EncoderFixture.padded).elements
    }
    let plain = hidden(.none, factor: 1)
    let untied = PositionEncoding.untied(positionCount: 11)
    #expect(largestDifference(plain, hidden(untied, factor: 2.0.squareRoot())) < 1e-12)
    #expect(largestDifference(plain, hidden(untied, factor: 1)) > 1e-3)
  }

  /// Row p, column 2i is sin(p · 10000^(−2i/d)): numbers computed by hand.
  @Test func sinusoidsHaveTheirPublishedValues() {
    let table: Tensor<Double> = sinusoids(positionCount: 4, size: 4)
    let expected: [Double] = [
      0, 1, 0, 1,
      0.8414709848078965, 0.5403023058681398, 0.009999833334166664, 0.9999500004166653,
      0.9092974268256817, -0.4161468365471424, 0.01999866669333308, 0.9998000066665778,
      0.1411200080598672, -0.9899924966004454, 0.02999550020249566, 0.9995500337489875,
    ]
    #expect(largestDifference(table.elements, expected) < 1e-15)
  }

  /// The sinusoid that an encoder adds to position p is row p of the table, neither shifted nor scaled.
  @Test func plainSinusoidIsAddedAtItsPosition() {
    let tokens: [Int32] = [3, 3, 3, 3, 3]
    func embedded(_ position: PositionEncoding) -> Tensor<Double> {
      // No blocks: the trunk is its embeddings alone.
      var configuration = EncoderFixture.configuration(position)
      configuration.layerCount = 0
      return EncoderFixture.trunk(configuration)(EncoderInput(batch: 1, time: 5, tokens: tokens))
    }
    let store = ParameterStore<Double>(seed: 1)
    var configuration = EncoderFixture.configuration(.none)
    configuration.layerCount = 0
    _ = Trunk(store.scope(), configuration)
    let word = store["embeddings.word_embeddings.weight"]!.value.gathering(rows: tokens)
    let type = store["embeddings.token_type_embeddings.weight"]!.value.gathering(rows: [0, 0, 0, 0, 0])
    let table: Tensor<Double> = sinusoids(positionCount: 5, size: 24)
    let (one, zero) = (Tensor<Double>(repeating: 1, shape: [24]), Tensor<Double>(repeating: 0, shape: [24]))
    func expected(_ sum: Tensor<Double>) -> [Double] { sum.layerNorm(gain: one, bias: zero).elements }
    #expect(
      largestDifference(embedded(.sinusoidal(.plain)).elements, expected(word + type + table)) < 1e-12)
    #expect(
      largestDifference(
        embedded(.sinusoidal(.scaledTokens)).elements, expected(word.scaled(by: 24.squareRoot()) + type + table))
        < 1e-12)
    #expect(
      largestDifference(
        embedded(.sinusoidal(.learned)).elements, expected(word + type + table.scaled(by: 1 / 24.squareRoot())))
        < 1e-12)
  }
}
