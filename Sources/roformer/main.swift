import Experiments
import Foundation
import Platform
// temporary
do {
  let e = try Experiment(JSONValue.read(CommandLine.arguments[1], as: "experiment"))
  let out = CommandLine.arguments[2]
  if CommandLine.arguments.count > 3 { ThreadPool.shared.setThreadCount(Int(CommandLine.arguments[3])!) }
  Interruption.listen()
  print(try run(e, in: out, only: nil, announce: { print($0) }, progress: { p in
    if p.step % 50 == 0 { print(p.cell.folderName, p.step, p.trainLossNats ?? 0, p.validationLossNats ?? 0, p.tokensPerSecond ?? 0, p.secondsLeft ?? 0) }
  }))
} catch { print(error) }
