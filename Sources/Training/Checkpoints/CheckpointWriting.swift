import Curves
import Formats
import Foundation
import Kernels
import Models
import Platform

extension Checkpoint {
  /// Writes a file with the state and the model's weights and moments, piece by piece: no copy of them is made.
  ///
  /// - Parameters:
  ///   - training: whose weights and moments.
  ///   - path: where to.
  ///   - didReadModel: called when weights and moments are not looked at any more; what is left is to wait for the disk.
  /// - Throws: `InputError` if the folder cannot be written; the file that was there is then as it was.
  func write(
    _ training: ModelTraining<some Objective, Float>, to path: String, didReadModel: () -> Void = {}
  ) throws {
    try Files.write(to: path) { file in
      var checksum = Checksum()
      var digits: Range<Data.Index>?
      try withItems(of: training) { items in
        try SafeTensors.write(items, metadata: try metadata(of: training)) { piece in
          // The header is the first piece.
          if digits == nil { digits = CheckpointChecksum.digits(in: Data(piece)) }
          checksum.update(piece)
          try file.append(piece)
        }
      }
      didReadModel()
      guard let digits else { preconditionFailure("Checkpoint.write: the checksum has no place in the header") }
      try file.overwrite(Array(checksum.value.hexadecimalText.utf8), at: digits.lowerBound)
    }
  }

  private func metadata(of training: ModelTraining<some Objective, Float>) throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func text(_ value: some Encodable) throws -> String { String(decoding: try encoder.encode(value), as: UTF8.self) }
    var metadata = [
      "format": "pt", MetadataKey.state: try text(self), MetadataKey.encoder: try text(training.configuration),
      MetadataKey.objective: try text(StatedObjective(training.objective)),
      MetadataKey.checksum: CheckpointChecksum.placeholder,
    ]
    if !readings.isEmpty { metadata[MetadataKey.probes] = try text(ProbeTable(readings).names) }
    return metadata
  }

  /// Lends the tensors of the file.
  private func withItems(
    of training: ModelTraining<some Objective, Float>, _ body: ([SafeTensors.Item]) throws -> Void
  ) throws {
    var items: [SafeTensors.Item] = []
    for (parameter, moments) in zip(training.store.parameters, training.optimizer.moments) {
      let name = training.configuration.family.fileName(of: parameter)
      let shape = parameter.value.shape
      items.append(SafeTensors.Item(name, shape: shape, parameter.value.values))
      items.append(SafeTensors.Item(Self.momentPrefixes.first + name, shape: shape, moments.first.tensor.values))
      items.append(SafeTensors.Item(Self.momentPrefixes.second + name, shape: shape, moments.second.tensor.values))
    }
    let columns = CurvePoint.columnCount(Measure.all)
    try withTable("curve", points.flatMap { $0.row(Measure.all) }, columns: columns) { curve in
      guard !readings.isEmpty else { return try body(items + [curve]) }
      let table = ProbeTable(readings)
      try withTable("probes", table.numbers, columns: ProbeTable.columnCount) { try body(items + [curve, $0]) }
    }
  }

  /// Lends numbers in rows as a tensor.
  private func withTable(
    _ name: String, _ numbers: [Double], columns: Int, _ body: (SafeTensors.Item) throws -> Void
  ) throws {
    try numbers.withUnsafeBufferPointer { numbers in
      // An empty array has no address; a tensor of no rows reads none.
      let start = numbers.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Double>.alignment)!
      try body(SafeTensors.Item(name, shape: [numbers.count / columns, columns], start))
    }
  }
}
