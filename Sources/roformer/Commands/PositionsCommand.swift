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
  let drawn = models.map { PositionDrawing.Model($0.name, $0.model.configuration, $0.model.store) }
  for drawing in PositionDrawing.all(of: drawn, distance: distance) {
    try Files.write(drawing.picture, to: "\(target)/\(drawing.name).svg")
    program.output("\(target)/\(drawing.name).svg")
  }
  return ExitCode.done
}

/// The models in a folder with their names: one run of each arm, or the one model that it holds.
private func models(in folder: String, _ program: Program) throws -> [(name: String, model: SavedModel)] {
  let experiment = ExperimentRecord.path(in: folder)
  guard Files.exists(folder + "/runs"), Files.exists(experiment) else {
    let name = (URL(fileURLWithPath: folder).standardizedFileURL.path as NSString).lastPathComponent
    return [(name, try program.model(folder))]
  }
  var found: [(name: String, model: SavedModel)] = []
  for run in try Report.runFolders(in: folder) where !found.contains(where: { $0.name == run.arm }) {
    guard !SavedModel.checkpoints(in: run.path).existing.isEmpty else { continue }
    found.append((run.arm, try program.model(run.path)))
  }
  guard !found.isEmpty else {
    throw InputError(at: folder, "has no run with a checkpoint yet", expected: "an experiment that has been trained")
  }
  return found
}
