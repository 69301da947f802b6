import Foundation
import Platform
import TestSupport
import Text

@testable import Training

/// Feeds mutants to a reader, in a process of its own: whatever happens there, the test tells it.
enum Fuzzing {
  /// How many mutants each reader gets.
  static let mutantCount = 10_000
  /// Memory that all mutants together may take beyond what the intact input took, in bytes.
  private static let memoryLimit = 64 << 20
  /// Seconds for all of them, beyond which a reader hangs.
  private static let patience: UInt32 = 170

  /// Runs a reader on an intact input, which it must take, and on its mutants, which it takes or refuses.
  ///
  /// Refusing is throwing an error of ours; a trap, another error, memory or time beyond bounds ends the process.
  ///
  /// - Parameters:
  ///   - purpose: names the reader, and keys the mutants.
  ///   - original: the intact input.
  ///   - words: pieces that matter to the reader.
  ///   - seal: repairs what would refuse every mutant at once, such as a checksum; every other mutant is sealed.
  ///   - read: takes the path of an input.
  /// - Throws: what the reader says against the intact input.
  static func run(
    _ purpose: String, on original: [UInt8], words: [String], seal: ([UInt8]) -> [UInt8] = { $0 },
    read: (String) throws -> Void
  ) throws {
    alarm(patience)
    let folder = try TemporaryFolder()
    let path = folder.path + "/input"
    func feed(_ bytes: [UInt8]) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      try read(path)
    }
    try feed(original)
    let before = peakMemory
    let mutator = Mutator(purpose: purpose, words: words)
    var refused = 0
    for number in 0..<mutantCount {
      let mutant = mutator.mutant(of: original, number: number)
      do {
        try feed(number % 2 == 0 ? mutant : seal(mutant))
      } catch {
        precondition(
          error is InputError || error is Checkpoint.Damage || error is TokenFile.Damage,
          "\(purpose) \(number): \(type(of: error)) \(error)")
        precondition(!"\(error)".contains("\n"), "\(purpose) \(number): \(error)")
        refused += 1
      }
    }
    precondition(refused > 0 && refused < mutantCount, "\(purpose): \(refused) of \(mutantCount) were refused")
    precondition(peakMemory - before < memoryLimit, "\(purpose): took \((peakMemory - before) >> 20) MiB")
  }

  /// The most memory that the process ever held, in bytes; 0 where the system does not tell.
  private static var peakMemory: Int {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return kilobytes << 10
  }
}
