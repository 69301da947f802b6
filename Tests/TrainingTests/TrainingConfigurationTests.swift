import Foundation
import Testing
import Training

struct TrainingConfigurationTests {
  private let other = TrainingConfiguration(
    steps: 1, batchSize: 2, sequenceLength: 3, warmupSteps: 4, validationInterval: 5, logInterval: 6,
    checkpointInterval: 7, beta1: 0.1, beta2: 0.2, epsilon: 0.3, weightDecay: 0.4, clipNorm: 0.5, biasCorrection: true,
    seedOffset: 8, schedule: .cosine, decaySteps: 9, decayFloor: 0.6, stopAfterTargets: 10)

  @Test func everyFieldIsReadBack() throws {
    let data = try JSONEncoder().encode(other)
    #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: data) == other)
  }

  /// As in a checkpoint of before a field was there.
  @Test func aMissingFieldTakesItsDefault() throws {
    func fields(_ configuration: TrainingConfiguration) throws -> [String: Any] {
      let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(configuration))
      return try #require(object as? [String: Any])
    }
    func configuration(_ fields: [String: Any]) throws -> TrainingConfiguration {
      try JSONDecoder().decode(TrainingConfiguration.self, from: JSONSerialization.data(withJSONObject: fields))
    }
    let (all, usual) = (try fields(other), try fields(TrainingConfiguration()))
    #expect(all.count == 18)
    for key in all.keys {
      let read = try configuration(all.filter { $0.key != key })
      let expected = try configuration(all.merging([key: usual[key] ?? NSNull()]) { $1 })
      #expect(read == expected && read != other, "without \(key)")
    }
  }

  @Test func anotherKindOfValueIsRefused() {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(TrainingConfiguration.self, from: Data(#"{"steps": "x"}"#.utf8))
    }
  }
}
