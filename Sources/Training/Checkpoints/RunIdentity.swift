import Formats
import Foundation
import Models
import Platform

/// What makes a run the same run: all that its weights and batches are functions of, but for the text.
public struct RunIdentity: Codable, Sendable, Equatable {
  /// Keys weights, dropout, batches and masks.
  public var seed: UInt64
  /// The learning rate's peak.
  public var peakLearningRate: Double
  /// Steps, sizes and the optimizer.
  public var settings: TrainingConfiguration
  /// How many examples the batches are drawn from.
  public var sequenceCount: Int
  /// The model's shape; `nil` in an identity that does not know it.
  public var encoder: EncoderConfiguration?
  /// What the model learns; `nil` in an identity that does not know it, as in files of before it was written.
  var objective: StatedObjective?

  /// The model and the objective stand in the file's metadata by themselves, where readers of models find them.
  private enum CodingKeys: String, CodingKey {
    case seed, peakLearningRate, settings, sequenceCount
  }

  /// The first difference to another run's, in words: what it is there and what it is here.
  ///
  /// What the other does not know is not compared.
  func difference(to other: RunIdentity) -> String? {
    if seed != other.seed { return "the seed was \(other.seed) and is \(seed)" }
    if peakLearningRate != other.peakLearningRate {
      return "the learning rate was \(other.peakLearningRate) and is \(peakLearningRate)"
    }
    if sequenceCount != other.sequenceCount {
      return "the text gave \(other.sequenceCount.counted("sequence")) and gives \(sequenceCount)"
    }
    var (here, there) = (settings, other.settings)
    // How often checkpoints are written decides no number, nor does how soon a run ends.
    (here.checkpointInterval, there.checkpointInterval) = (0, 0)
    (here.stopAfterTargets, there.stopAfterTargets) = (nil, nil)
    if here != there { return Self.difference("training", here, there) }
    if let here = encoder, let there = other.encoder, here != there { return Self.difference("model", here, there) }
    if let here = objective, let there = other.objective, here != there {
      return Self.difference("objective", here, there)
    }
    return nil
  }

  /// The first key whose values differ, in words.
  private static func difference<Value: Encodable>(_ what: String, _ here: Value, _ there: Value) -> String {
    let (here, there) = (values(here), values(there))
    for key in Set(here.keys).union(there.keys).sorted() where here[key] != there[key] {
      return "the \(what)'s \(key) was \(there[key] ?? "not set") and is \(here[key] ?? "not set")"
    }
    return "the \(what) has changed"
  }

  /// The plain values of what is encoded as JSON, under their keys, dotted.
  private static func values(_ value: some Encodable) -> [String: String] {
    guard let data = try? JSONEncoder().encode(value),
      let json = try? JSONValue.parse(String(decoding: data, as: UTF8.self), source: "")
    else { return [:] }
    var values: [String: String] = [:]
    func add(_ value: JSONValue, under key: String) {
      guard let members = value.members else { return values[key] = value.excerpt }
      for member in members { add(member.value, under: key.isEmpty ? member.key : "\(key).\(member.key)") }
    }
    add(json, under: "")
    return values
  }
}
