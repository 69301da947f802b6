import Foundation
import Platform

// Said before anything else runs: a kernel would die on an illegal instruction.
let missing = BuildInformation.missingCPUFeatures()
StandardStreams.open()
guard missing.isEmpty else {
  StandardStreams.writeError(
    """
    roformer: built for \(BuildInformation.target), but this CPU lacks \(missing.joined(separator: ", ")); \
    build again here, or with ROFORMER_CPU=x86-64-v2

    """)
  exit(ExitCode.badInput)
}
Interruption.listen()
exit(Program().run(Array(CommandLine.arguments.dropFirst())))
