import Platform

/// Puts the cells' curves together and writes an experiment's report (temporary: statistics follow).
public func writeReport(folder: String) throws {
  let record = try ExperimentRecord(folder: folder)
  var rows: [CurveRow] = []
  for cell in record.experiment.cells {
    let files = RunFolder(of: cell, in: folder, experimentName: record.experiment.name)
    if Files.exists(files.curve) { rows += try CurveFile.read(files.curve) }
  }
  try Files.write(CurveFile.text(rows), to: folder + "/curves.csv")
}
