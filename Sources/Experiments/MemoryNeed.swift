import Formats
import Foundation
import Platform

extension Experiment {
  /// Checks that no arm needs more memory than there is, before anything is allocated.
  ///
  /// - Parameter memory: in bytes; by default, what this machine has.
  /// - Throws: `InputError` naming the arm, the sizes that decide what it needs and where they come from, and what there
  ///   is.
  public func checkFits(memory: UInt64 = ProcessInfo.processInfo.physicalMemory) throws {
    for (index, arm) in arms.enumerated() {
      // The vocabulary may turn out smaller than its bound, so it does not count here.
      let need = arm.encoder(vocabularySize: 0).leastTrainingMemory(
        batchSize: arm.training.batchSize, sequenceLength: arm.training.sequenceLength)
      guard need > Double(memory) else { continue }
      let sizes = [
        ("training", "batchSize"), ("training", "sequenceLength"), ("model", "layers"), ("model", "hiddenSize"),
        ("model", "feedForwardSize"),
      ].map { section, key in (key: key, value: resolvedValue(of: key, in: section, arm: index)) }
      throw InputError.sizes(
        of: "arms.\(arm.name)", "needs more than \(need.countText)B of memory to train", sizes,
        expected: "at most this machine's \(Double(memory).countText)B")
    }
  }

  /// What a key of `model` or `training` is in an arm, with the place where that was said.
  private func resolvedValue(of key: String, in section: String, arm index: Int) -> JSONValue {
    guard let value = resolved["arms"]?.list?[index][key] ?? resolved[section]?[key] else {
      preconditionFailure("resolvedValue: no \(section).\(key)")
    }
    return value
  }
}
