import Foundation
import Kernels
import Models
import Testing

/// What checkpoints say of a model's shape.
struct EncoderConfigurationTests {
  private func decoded(_ text: String) throws -> EncoderConfiguration {
    try JSONDecoder().decode(EncoderConfiguration.self, from: Data(text.utf8))
  }

  private func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Every key there.
  private static let written = """
    {"activation":"gelu-tanh","alibiSteps":0,"attentionMask":"bidirectional","dropout":0.25,"embeddingSize":24,"feedForwardSize":37,"headCount":3,\
    "hiddenSize":24,"initializerDeviation":0.5,"keyValueHeadCount":3,"layerCount":2,"layerNormEpsilon":0.125,\
    "position":{"kind":"rotary","rotary":{"fraction":0.5,"pairing":"halves","rotatesValues":true,"theta":100}},\
    "positionOffset":1,"residualOrder":"pre","tokenTypeCount":4,"vocabularySize":13}
    """

  private static let configuration = EncoderConfiguration(
    vocabularySize: 13, layerCount: 2, hiddenSize: 24, headCount: 3, feedForwardSize: 37,
    activation: .geluTanh, position: .rotary(.init(pairing: .halves, theta: 100, fraction: 0.5, rotatesValues: true)),
    positionOffset: 1,
    residualOrder: .pre, dropout: 0.25, tokenTypeCount: 4, layerNormEpsilon: 0.125, initializerDeviation: 0.5)

  @Test func whatWasWrittenIsReadAndWrittenAgain() throws {
    #expect(try decoded(Self.written) == Self.configuration)
    #expect(try encoded(Self.configuration) == Self.written)
  }

  /// The versions before knew exact GELU alone, and did not say it.
  @Test func activationsThatAreLeftOutAreExactGELU() throws {
    var configuration = Self.configuration
    configuration.activation = .gelu
    #expect(try decoded(Self.written.replacing(#""activation":"gelu-tanh","#, with: "")) == configuration)
    #expect(throws: DecodingError.self) { try decoded(Self.written.replacing("gelu-tanh", with: "tanh")) }
  }

  /// A file that does not know a key has what held before there was one.
  @Test func keysThatAreLeftOutHaveTheirDefaults() throws {
    let text = """
      {"headCount":3,"hiddenSize":24,"layerCount":2,"position":{"kind":"none"},"vocabularySize":13}
      """
    #expect(
      try decoded(text)
        == EncoderConfiguration(vocabularySize: 13, layerCount: 2, hiddenSize: 24, headCount: 3, position: .none))
    for key in ["headCount", "hiddenSize", "layerCount", "vocabularySize"] {
      #expect(throws: DecodingError.self) { try decoded(text.replacing("\"\(key)\"", with: "\"another\"")) }
    }
  }

  @Test(arguments: [
    (#"{"kind":"none"}"#, PositionEncoding.none),
    (#"{"kind":"sinusoidal","scale":"scaled-tokens"}"#, .sinusoidal(.scaledTokens)),
    (#"{"kind":"learned","positionCount":512}"#, .learned(positionCount: 512)),
    (
      #"{"kind":"rotary","rotary":{"fraction":1,"pairing":"interleaved","rotatesValues":false,"theta":10000}}"#,
      .rotary(.init())
    ),
  ])
  func encodingsAreWrittenAsBefore(text: String, position: PositionEncoding) throws {
    #expect(try JSONDecoder().decode(PositionEncoding.self, from: Data(text.utf8)) == position)
    #expect(try encoded(position) == text)
  }

  @Test(arguments: [
    (#"{"kind":"sinusoidal"}"#, PositionEncoding.sinusoidal(.plain)),
    (#"{"kind":"rotary","rotary":{"theta":500}}"#, .rotary(.init(theta: 500))),
  ])
  func parametersThatAreLeftOutHaveTheirDefaults(text: String, position: PositionEncoding) throws {
    #expect(try JSONDecoder().decode(PositionEncoding.self, from: Data(text.utf8)) == position)
  }

  @Test(arguments: [#"{"kind":"spiral"}"#, #"{"kind":"learned"}"#, #"{"kind":"rotary"}"#, "{}", "3"])
  func whatIsNoEncodingIsRefused(text: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(PositionEncoding.self, from: Data(text.utf8)) }
  }
}
