import Formats
import Foundation
import Platform

/// What `experiment.json` of an experiment's folder holds: the resolved experiment and where its numbers come from.
///
/// The file is an experiment file itself: running it again repeats the experiment.
public struct ExperimentRecord: Sendable, Equatable {
  /// The experiment, every default written.
  public var experiment: Experiment
  /// Which program made the numbers, from what.
  public var provenance: Provenance

  /// Which program made the numbers, from what.
  ///
  /// Digests are SHA-256, in hexadecimal.
  public struct Provenance: Codable, Sendable, Equatable {
    /// The version of the folder's format.
    public var formatVersion: Int
    /// The program's version.
    public var programVersion: String
    /// What the program was built for, such as `x86-64-v4 release`.
    public var buildTarget: String
    /// The compiler that built the program; `nil` in records of before this was kept.
    public var compiler: String?
    /// What the program computes, as a digest: numbers are equal to the bit where it is.
    ///
    /// It is `nil` in records of before this was kept.
    public var numericsSHA256: String?
    /// The digest of the program's file.
    public var executableSHA256: String
    /// The corpus's digest.
    public var corpusSHA256: String
    /// The vocabulary's digest.
    public var vocabularySHA256: String
    /// How many tokens the vocabulary has.
    public var vocabularySize: Int
    /// Trained parameters by arm.
    public var parameterCounts: [String: Int]

    /// The loss of predicting by the frequencies of words alone on each arm's held-out tokens, in nats, by arm.
    ///
    /// It is `nil` in records of before this was kept.
    public var unigramLossesNats: [String: Double]?

    /// The stage that a run belongs to; `nil` of a whole experiment, of one without stages, and of before this was kept.
    public var stage: String?

    /// The other builds that went on with what the first one began, each once; `nil` for none.
    public var laterBuilds: [Build]?

    /// A build of the program.
    public struct Build: Codable, Sendable, Equatable {
      /// The program's version.
      public var programVersion: String
      /// What it was built for.
      public var buildTarget: String
      /// The compiler that built it.
      public var compiler: String?
      /// What it computes, as a digest.
      public var numericsSHA256: String?
      /// The digest of the program's file.
      public var executableSHA256: String

      /// Whether both give the same bits, as far as their records tell: whatever the bytes of their files.
      ///
      /// A record that does not say what its build computes is of the same build if the files are the same.
      func computesAs(_ other: Build) -> Bool {
        guard let numericsSHA256, let theirs = other.numericsSHA256 else {
          return programVersion == other.programVersion && buildTarget == other.buildTarget
            && executableSHA256 == other.executableSHA256
        }
        return programVersion == other.programVersion && buildTarget == other.buildTarget && compiler == other.compiler
          && numericsSHA256 == theirs
      }
    }

    /// The same, of the experiment that a run's stage belongs to.
    var ofWholeExperiment: Provenance {
      var provenance = self
      provenance.stage = nil
      return provenance
    }

    /// The build that began.
    public var firstBuild: Build {
      Build(
        programVersion: programVersion, buildTarget: buildTarget, compiler: compiler, numericsSHA256: numericsSHA256,
        executableSHA256: executableSHA256)
    }

    /// Takes over which format and which build a folder was begun with, and the builds that went on.
    fileprivate mutating func begun(by stored: Provenance) {
      formatVersion = stored.formatVersion
      programVersion = stored.programVersion
      buildTarget = stored.buildTarget
      compiler = stored.compiler
      numericsSHA256 = stored.numericsSHA256
      executableSHA256 = stored.executableSHA256
      laterBuilds = stored.laterBuilds
    }

    /// The version of the folder's format that this program writes and goes on in; older ones it reports on.
    public static let currentFormatVersion = 2

    /// Where an experiment's numbers come from.
    public init(
      formatVersion: Int = currentFormatVersion, programVersion: String, buildTarget: String, compiler: String? = nil,
      numericsSHA256: String? = nil, executableSHA256: String, corpusSHA256: String, vocabularySHA256: String,
      vocabularySize: Int, parameterCounts: [String: Int], unigramLossesNats: [String: Double]? = nil,
      stage: String? = nil
    ) {
      self.formatVersion = formatVersion
      self.programVersion = programVersion
      self.buildTarget = buildTarget
      self.compiler = compiler
      self.numericsSHA256 = numericsSHA256
      self.executableSHA256 = executableSHA256
      self.corpusSHA256 = corpusSHA256
      self.vocabularySHA256 = vocabularySHA256
      self.vocabularySize = vocabularySize
      self.parameterCounts = parameterCounts
      self.unigramLossesNats = unigramLossesNats
      self.stage = stage
    }
  }

  /// A record of an experiment.
  public init(experiment: Experiment, provenance: Provenance) {
    self.experiment = experiment
    self.provenance = provenance
  }

  /// The record's file in an experiment's folder.
  public static func path(in folder: String) -> String { folder + "/experiment.json" }

  /// The record in a folder.
  ///
  /// - Throws: `InputError` if the folder or its `experiment.json` is not there or cannot be understood.
  public init(folder: String) throws {
    try Files.checkMayBeFolder(folder)
    guard Files.exists(folder) else {
      throw InputError(at: folder, "no such folder", expected: "an experiment's folder, as `roformer run` leaves it")
    }
    let path = Self.path(in: folder)
    let tree = try JSONValue.read(path, as: "the record of an experiment")
    guard let value = tree[Schema.provenance] else {
      throw InputError(
        at: path, "has no \(Schema.provenance)", expected: "an experiment.json that `roformer run` wrote")
    }
    if let version = value["formatVersion"]?.integer, version > Provenance.currentFormatVersion {
      throw InputError(
        at: value.place.description, "formatVersion is \(version)",
        expected: "at most \(Provenance.currentFormatVersion); a newer roformer wrote this")
    }
    do {
      let data = Data(value.serialized(indentation: nil).utf8)
      provenance = try JSONDecoder().decode(Provenance.self, from: data)
    } catch {
      throw InputError(
        at: value.place.description, "\(Schema.provenance) cannot be understood",
        expected: "an experiment.json that `roformer run` wrote")
    }
    experiment = try Experiment(tree)
  }

  /// The record as it is written: keys in a fixed order, a line break at the end.
  public var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let data = try? encoder.encode(provenance),
      let value = try? JSONValue.parse(String(decoding: data, as: UTF8.self), source: Schema.provenance)
    else { preconditionFailure("ExperimentRecord: provenance cannot be encoded") }
    var tree = experiment.resolved
    tree.set(Schema.provenance, to: value)
    return tree.serialized() + "\n"
  }

  /// This record as it stands in a folder that another one began: who began stays recorded, and a build that computes
  /// otherwise than those that are there joins them.
  ///
  /// - Parameter stored: what the folder holds; the runs that both ask for are the same.
  /// - Returns: the record to be written, and whether this build computes otherwise than the one that
  ///   began.
  func continuing(_ stored: ExperimentRecord) -> (record: ExperimentRecord, isOtherBuild: Bool) {
    var record = self
    record.provenance.begun(by: stored.provenance)
    let build = provenance.firstBuild
    guard !build.computesAs(stored.provenance.firstBuild) else { return (record, false) }
    var later = stored.provenance.laterBuilds ?? []
    if !later.contains(where: build.computesAs) { later.append(build) }
    record.provenance.laterBuilds = later
    return (record, true)
  }
}
