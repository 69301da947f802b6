import Models
import Experiments
import Foundation
import Platform
import Reports
import Training

/// `positions`: draws what each position encoding does.
let positionsCommand = Command(
  name: "positions", summary: "Draw what position encodings do: sinusoids, rotary decay, learned tables",
  operands: ["DIR"],
  options: [
    .init(name: "--out", value: "FOLDER", summary: "where the pictures go; DIR by default"),
    .init(name: "--distance", value: "N", summary: "the largest distance of the rotary decay; 256 by default"),
  ],
  details: {
    """
    DIR is an experiment's folder, of which one run an arm is taken, a run's folder, or a folder of Hugging Face. Drawn
    are sinusoids of the models' width, the decay of rotary agreement with distance for the models' heads (Su et al. 2021,
    figure 2; with θ = 10000 if no model is rotary), and the table of each model that learned its positions, with the
    similarity of every two rows.
    """
  }
) { arguments, program in
  let distance = try arguments.integer("--distance", in: 1...100_000) ?? 256
  var folder = arguments.operands[0]
  while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
  let models = try models(in: folder, program)
  let target = arguments.value("--out") ?? folder
  try Files.makeFolder(target)
  func write(_ name: String, _ text: String) throws {
    try Files.write(text, to: "\(target)/\(name).svg")
    program.output("\(target)/\(name).svg")
  }

  let widest = models.map(\.model.configuration).max { $0.embeddingSize < $1.embeddingSize }!
  try write("sinusoids", PositionPictures.sinusoids(PositionTable(sinusoids: 128, size: widest.embeddingSize)))
  var curves: [PositionPictures.RotaryCurve] = []
  for (name, model) in models {
    guard let rotary = model.configuration.position.scheme as? RotaryPositions else { continue }
    curves.append(.init(name: name, rotary: rotary, headDim: model.configuration.headDim, distance: distance))
  }
  if curves.isEmpty {
    curves = [.init(name: "as in the paper", rotary: .init(), headDim: evenSize(widest.headDim), distance: distance)]
  }
  try write("rotary-decay", PositionPictures.rotaryDecay(curves))
  for (name, model) in models {
    guard let table = LearnedPositions.table(in: model.store) else { continue }
    try write("learned-\(name)", PositionPictures.learned(PositionTable(table), name: name))
  }
  return ExitCode.done
}

/// The nearest size from which pairs can be made.
private func evenSize(_ size: Int) -> Int { max(2, size / 2 * 2) }

/// The models in a folder with their names: one run of each arm, or the one model that it holds.
private func models(in folder: String, _ program: Program) throws -> [(name: String, model: SavedModel)] {
  let experiment = ExperimentRecord.path(in: folder)
  guard Files.exists(folder + "/runs"), Files.exists(experiment) else {
    let name = (URL(fileURLWithPath: folder).standardizedFileURL.path as NSString).lastPathComponent
    return [(name, try program.model(folder))]
  }
  var found: [(name: String, model: SavedModel)] = []
  for cell in try ExperimentRecord(folder: folder).experiment.cells
  where !found.contains(where: { $0.name == cell.arm.name }) {
    let run = Report.runFolder(of: cell, in: folder)
    guard !SavedModel.checkpoints(in: run).existing.isEmpty else { continue }
    found.append((cell.arm.name, try program.model(run)))
  }
  guard !found.isEmpty else {
    throw InputError(at: folder, "has no run with a checkpoint yet", expected: "an experiment that has been trained")
  }
  return found
}
