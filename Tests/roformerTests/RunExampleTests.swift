import Experiments
import Foundation
import TestSupport
import Testing

@testable import roformer

struct RunExampleTests {
  /// Every example names options and keys that there are.
  @Test func examplesCanBeRun() throws {
    #expect(RunExample.all.count >= 5)
    for example in RunExample.all {
      #expect(example.words.first == "run")
      let arguments = try Arguments(Array(example.words.dropFirst()), for: runCommand)
      let experiment = try Experiment(
        file: PackageFile.path(arguments.operands[0]), settings: arguments.values("--set"))
      if let only = arguments.value("--only") { #expect(experiment.cells.indices.contains(try #require(Int(only)))) }
      #expect(Ending("help", "run").output.contains(example.effect))
    }
  }
}
