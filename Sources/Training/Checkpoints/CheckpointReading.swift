import Curves
import Formats
import Foundation
import Kernels
import Models
import Platform

extension Checkpoint {
  /// Reads a file's state, and its weights and moments into the model of the same run.
  ///
  /// - Parameters:
  ///   - path: where the file is.
  ///   - training: what weights and moments are read into.
  ///   - identity: the run that goes on; `nil` takes a file of any run whose model has the same tensors.
  /// - Returns: the state.
  /// - Throws: `Damage` if the file is not as it was written; `InputError` if it cannot be read, is of another run or is
  ///   no checkpoint of such a model. Nothing is changed by a file that is damaged or of another run.
  static func read(
    _ path: String, into training: ModelTraining<some Objective, Float>, of identity: RunIdentity? = nil
  ) throws -> Checkpoint {
    try CheckpointChecksum.check(path)
    let file = try SafeTensors(path: path)
    var checkpoint = try state(in: file)
    checkpoint.identity.encoder = try? encoder(statedIn: file)
    checkpoint.identity.objective = try objective(statedIn: file)
    if let difference = identity?.difference(to: checkpoint.identity) {
      throw InputError(
        at: path, "is of another run: \(difference)", expected: "the same; use --out for another folder")
    }
    checkpoint.points = try checkpoint.points(in: file)
    checkpoint.readings = try checkpoint.readings(in: file)
    for (parameter, moments) in zip(training.store.parameters, training.optimizer.moments) {
      let name = training.configuration.family.fileName(of: parameter)
      let shape = parameter.value.shape
      for (name, weight) in [
        (name, parameter.weight), (momentPrefixes.first + name, moments.first),
        (momentPrefixes.second + name, moments.second),
      ] {
        try weight.update { try file.read(name, shape: shape, into: $0.baseAddress!) }
      }
    }
    training.optimizer.resume(stepCount: checkpoint.step)
    return checkpoint
  }

  /// The state in a file's metadata, without the curve.
  private static func state(in file: SafeTensors) throws -> Checkpoint {
    guard let state = file.metadata[MetadataKey.state],
      let version = (try? JSONDecoder().decode(Version.self, from: Data(state.utf8)))?.formatVersion
    else { throw InputError(at: file.path, "holds no training state", expected: "a checkpoint of this program") }
    guard version == currentFormatVersion else {
      throw InputError(
        at: file.path, "has format version \(version)",
        expected: "\(currentFormatVersion); go on with the roformer that wrote it, or use --out for another folder")
    }
    guard let checkpoint = try? JSONDecoder().decode(Checkpoint.self, from: Data(state.utf8)), checkpoint.step >= 0,
      checkpoint.tokens >= 0, checkpoint.elapsedSeconds >= 0
    else { throw InputError(at: file.path, "its training state cannot be understood", expected: "a checkpoint") }
    return checkpoint
  }

  /// All that is read of a state whose version is not known yet.
  private struct Version: Codable {
    var formatVersion: Int
  }

  /// The curve that a file holds.
  private func points(in file: SafeTensors) throws -> [CurvePoint] {
    let measures = try (self.measures ?? CurvePoint.firstMeasures).map { name in
      guard let measure = Measure(named: name) else {
        throw InputError(
          at: file.path, "its curve has the measure \(JSONValue(name).excerpt)",
          expected: "one that this program knows; go on with the roformer that wrote it")
      }
      return measure
    }
    guard Set(measures).count == measures.count else {
      throw InputError(at: file.path, "its curve names a measure twice", expected: "a checkpoint")
    }
    let columns = CurvePoint.columnCount(measures)
    let rows = try file.doubles("curve", columns: columns)
    let points = stride(from: 0, to: rows.count, by: columns).compactMap {
      CurvePoint(row: rows[$0..<$0 + columns], measures)
    }
    guard points.count * columns == rows.count, points.allSatisfy({ $0.step <= step }) else {
      throw InputError(at: file.path, "its curve cannot be understood", expected: "a checkpoint")
    }
    return points
  }

  /// What probes found, as far as a file holds it; nothing where there were none.
  private func readings(in file: SafeTensors) throws -> [ProbeReading] {
    guard let text = file.metadata[MetadataKey.probes] else { return [] }
    let names = try? JSONDecoder().decode([String].self, from: Data(text.utf8))
    let numbers = try file.doubles("probes", columns: ProbeTable.columnCount)
    guard let names, let table = ProbeTable(names: names, numbers: numbers),
      table.readings.allSatisfy({ $0.step <= step })
    else { throw InputError(at: file.path, "what its probes found cannot be understood", expected: "a checkpoint") }
    return table.readings
  }

  // MARK: - What readers of models want to know

  /// The shape of the model that a file holds.
  ///
  /// - Throws: `InputError` if the file does not say it.
  static func encoder(statedIn file: SafeTensors) throws -> EncoderConfiguration {
    guard let text = file.metadata[MetadataKey.encoder],
      let configuration = try? JSONDecoder().decode(EncoderConfiguration.self, from: Data(text.utf8))
    else { throw InputError(at: file.path, "does not say what model it holds", expected: SavedModel.expected) }
    return configuration
  }

  /// What the model in a file learned; `nil` in files of before it was written.
  ///
  /// - Throws: `InputError` for an objective that this program does not know.
  static func objective(statedIn file: SafeTensors) throws -> StatedObjective? {
    guard let text = file.metadata[MetadataKey.objective] else { return nil }
    do {
      return try JSONDecoder().decode(StatedObjective.self, from: Data(text.utf8))
    } catch let unknown as StatedObjective.Unknown {
      let names = Objectives.all.map { $0.name }.joined(separator: ", ")
      throw InputError(
        at: file.path, "its objective is \(JSONValue(unknown.name).excerpt)", expected: "one of \(names)")
    } catch {
      throw InputError(at: file.path, "its objective cannot be understood", expected: "a checkpoint")
    }
  }

  /// The length of the sequences that a file's run was trained on, if the file says it.
  static func sequenceLength(statedIn file: SafeTensors) -> Int? {
    (stated(in: file)?.identity.settings.sequenceLength).flatMap { $0 >= 3 ? $0 : nil }
  }

  /// The steps that a file's run had done, if the file says it.
  static func step(statedIn file: SafeTensors) -> Int? { stated(in: file)?.step }

  private static func stated(in file: SafeTensors) -> Checkpoint? {
    try? JSONDecoder().decode(Checkpoint.self, from: Data((file.metadata[MetadataKey.state] ?? "").utf8))
  }
}
