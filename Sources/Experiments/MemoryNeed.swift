import Foundation
import Platform

extension Arm {
  /// The least memory that training takes, in bytes: a bound from below, not an estimate.
  ///
  /// Weights, gradients and two moments, 4 bytes each; for the backward pass, at least six activations of the model's
  /// width and one of the feed-forward network's a token and layer.
  ///
  /// - Parameter vocabularySize: how many tokens there are.
  /// - Returns: bytes; a `Double`, since what is asked for may be beyond any integer.
  func leastMemory(vocabularySize: Int) -> Double {
    let (layers, width, inner) = (Double(model.layers), Double(model.hiddenSize), Double(model.feedForwardSize))
    var rows = Double(vocabularySize)
    if case .learned(let positionCount) = position { rows += Double(positionCount) }
    let weights = layers * width * (4 * width + 2 * inner) + rows * width
    let tokens = Double(training.batchSize) * Double(training.sequenceLength)
    return 16 * weights + 4 * tokens * layers * (6 * width + inner)
  }
}

extension Experiment {
  /// Checks that no arm needs more memory than there is, before anything is allocated.
  ///
  /// - Parameter memory: in bytes; by default, what this machine has.
  /// - Throws: `InputError` naming the arm, what it needs and what there is.
  public func checkFits(memory: UInt64 = ProcessInfo.processInfo.physicalMemory) throws {
    for arm in arms {
      // The vocabulary may turn out smaller than its bound, so it does not count here.
      let need = arm.leastMemory(vocabularySize: 0)
      guard need > Double(memory) else { continue }
      throw InputError(
        at: "arms.\(arm.name)", "needs more than \(need.countText)B of memory to train",
        expected: "at most this machine's \(Double(memory).countText)B: a smaller batchSize, sequenceLength or model")
    }
  }
}
