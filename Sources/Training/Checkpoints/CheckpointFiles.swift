import Platform

/// A run's newest checkpoint and the one before, which stands in for a newest one that is damaged.
public struct CheckpointFiles: Sendable {
  /// Where the newest one is.
  public let newest: String

  /// The checkpoints of a run.
  ///
  /// - Parameter newest: the path of the newest one; the one before lies beside it.
  public init(_ newest: String) {
    self.newest = newest
  }

  /// Where the one before is.
  public var previous: String {
    let ending = ".safetensors"
    return newest.hasSuffix(ending) ? newest.dropLast(ending.count) + "-previous" + ending : newest + "-previous"
  }

  /// What is added to the path of one that is set aside.
  public static let damagedSuffix = ".damaged"

  /// Makes a checkpoint the newest one.
  ///
  /// Whenever this is cut short, there is a whole one: `previous` holds the newest one before it is replaced.
  ///
  /// - Parameters:
  ///   - checkpoint: the state.
  ///   - training: the model and its optimizer.
  ///   - didReadModel: called when they are not looked at any more.
  /// - Throws: `InputError` if the folder cannot be written; the newest one is then still there, under either name.
  func write(
    _ checkpoint: Checkpoint, _ training: ModelTraining<some Objective, Float>, didReadModel: () -> Void = {}
  ) throws {
    let fresh = newest + ".new"
    do {
      try checkpoint.write(training, to: fresh, didReadModel: didReadModel)
      if Files.exists(newest) { try Files.move(newest, to: previous) }
      try Files.move(fresh, to: newest)
    } catch {
      Files.remove(fresh)
      throw error
    }
  }

  /// Those that are there, the newest first.
  public var existing: [String] { [newest, previous].filter(Files.exists) }

  /// Reads the newest checkpoint that is whole; damaged ones are set aside.
  ///
  /// - Parameters:
  ///   - training: what weights and moments are read into.
  ///   - identity: the run that goes on.
  ///   - warn: told of each damaged one.
  /// - Returns: the checkpoint and its path, or `nil` if there is none.
  /// - Throws: `InputError` for one that is whole but of another run or version, or cannot be read.
  func read(
    into training: ModelTraining<some Objective, Float>, of identity: RunIdentity, warn: (String) -> Void
  ) throws -> (checkpoint: Checkpoint, path: String)? {
    try Self.firstWhole(of: existing) { path in
      (try Checkpoint.read(path, into: training, of: identity), path)
    } passingOver: { path, damage, next in
      let aside = path + Self.damagedSuffix
      try Files.move(path, to: aside)
      let start = next == nil ? "the beginning" : "the one before"
      warn("\(path): \(damage); set aside as \(aside), going on from \(start)")
    }
  }

  /// What is read of the first checkpoint that is whole.
  ///
  /// - Parameters:
  ///   - paths: where checkpoints are, in the order in which they are wanted.
  ///   - read: reads the one at a path; throws `Checkpoint.Damage` if it is not as it was written.
  ///   - passingOver: told the path of one that is damaged, how, and the path of the one that stands in for it.
  /// - Returns: what `read` returned, or `nil` if none is whole.
  /// - Throws: what the closures throw.
  static func firstWhole<Value>(
    of paths: [String], _ read: (String) throws -> Value,
    passingOver: (String, Checkpoint.Damage, _ next: String?) throws -> Void
  ) throws -> Value? {
    for (index, path) in paths.enumerated() {
      do {
        return try read(path)
      } catch let damage as Checkpoint.Damage {
        try passingOver(path, damage, index + 1 < paths.count ? paths[index + 1] : nil)
      }
    }
    return nil
  }
}
