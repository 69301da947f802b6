import Dispatch
import Synchronization
import Training

/// The runs that are under way, for a thread that has to save them while they train.
public final class ActiveRuns: Sendable {
  private let trainers = Mutex<[any SavableRun]>([])

  /// No runs.
  public init() {}

  func add(_ trainer: any SavableRun) {
    trainers.withLock { $0.append(trainer) }
  }

  func remove(_ trainer: any SavableRun) {
    trainers.withLock { $0.removeAll { $0 === trainer } }
  }

  /// Saves all of them as they are between two steps, at once, and lets them change nothing any more.
  ///
  /// - Throws: `InputError` if one cannot be saved; the others are.
  public func saveForGood() throws {
    let trainers = trainers.withLock { $0 }
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: trainers.count) { index in
      do { try trainers[index].saveForGood() } catch { failure.withLock { $0 = $0 ?? error } }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
