import Foundation
import Platform

// Said before anything else runs: a kernel would die on an illegal instruction.
let missing = BuildInformation.missingCPUFeatures()
guard missing.isEmpty else {
  FileHandle.standardError.write(
    Data(
      """
      roformer: built for \(BuildInformation.target), but this CPU lacks \(missing.joined(separator: ", ")); \
      build again here, or with ROFORMER_CPU=x86-64-v2

      """.utf8))
  exit(ExitCode.badInput)
}
Interruption.listen()
exit(Program().run(Array(CommandLine.arguments.dropFirst())))
