import Foundation
import Platform

extension Experiment {
  /// Checks that no arm needs more memory than there is, before anything is allocated.
  ///
  /// - Parameter memory: in bytes; by default, what this machine has.
  /// - Throws: `InputError` naming the arm, what it needs and what there is.
  public func checkFits(memory: UInt64 = ProcessInfo.processInfo.physicalMemory) throws {
    for arm in arms {
      // The vocabulary may turn out smaller than its bound, so it does not count here.
      let need = arm.encoder(vocabularySize: 0).leastTrainingMemory(
        batchSize: arm.training.batchSize, sequenceLength: arm.training.sequenceLength)
      guard need > Double(memory) else { continue }
      throw InputError(
        at: "arms.\(arm.name)", "needs more than \(need.countText)B of memory to train",
        expected: "at most this machine's \(Double(memory).countText)B: a smaller batchSize, sequenceLength or model")
    }
  }
}
