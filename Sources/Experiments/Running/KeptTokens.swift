import Foundation
import Platform
import Text

/// The tokens of a large corpus, kept in a file of the experiment's folder, which all its processes map.
struct KeptTokens {
  private let experiment: Experiment
  private let text: CorpusFile
  private let path: String
  private let key: String

  /// Where an experiment's tokens are kept, in a folder that is made if need be.
  ///
  /// - Throws: `InputError` if the vocabulary's file cannot be read, or the folder cannot be made.
  init(_ experiment: Experiment, text: CorpusFile, folder: String) throws {
    self.experiment = experiment
    self.text = text
    key = try Self.key(experiment, corpusHash: text.hash)
    path = "\(folder)/tokens-\(key.prefix(16)).bin"
    try Files.makeFolder(folder)
  }

  /// The tokens, made if need be: the first of several processes makes the file, the others wait for it.
  ///
  /// - Parameter listener: takes progress and warnings.
  /// - Returns: the tokens, and the tokenizer if they had to be made or it was given.
  /// - Throws: `InputError` if the corpus cannot be split or tokenized, or the file cannot be written.
  func tokens(_ listener: RunListener) throws -> (tokens: TokenFile, tokenizer: (any Tokenizer)?) {
    let lock = try ProcessLock.take(path + ".lock", waits: true, notice: listener.warn)
    defer { lock?.release() }
    let given = try experiment.tokenizer.givenTokenizer { _ in }
    let special = given?.vocabulary.specialTokens ?? .bert
    if let known = try known(special, listener) { return (known, given) }
    let corpus = try text.corpus()
    let parts = try CorpusParts(corpus, experiment, listener)
    try Files.write(to: path) { file in
      let progress = TextProgress(corpus.documents.byteCount, listener)
      try TokenFile.make(
        training: parts.training, validation: parts.validation, tokenizer: parts.tokenizer, key: key,
        append: { try file.append($0) }
      ) { progress.add($0, "tokenizing") }
      progress.finish()
    }
    do {
      let tokens = try TokenFile(try Files.read(path, as: "tokens"), key: key, specialTokens: special)
      return (tokens, parts.tokenizer)
    } catch let damage as TokenFile.Damage {
      throw InputError(
        at: path, "\(damage) right after it was written", expected: "a disk that keeps what it is given")
    }
  }

  /// The tokens that an earlier process has left, if they are whole.
  private func known(_ special: SpecialTokens, _ listener: RunListener) throws -> TokenFile? {
    guard Files.exists(path) else { return nil }
    do {
      return try TokenFile(try Files.read(path, as: "tokens"), key: key, specialTokens: special)
    } catch let damage as TokenFile.Damage {
      listener.warn("\(path): \(damage); it is made anew")
      return nil
    }
  }

  /// What the tokens depend on: the text, how it is split, the tokenizer, and this program's way with them.
  private static func key(_ experiment: Experiment, corpusHash: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var digest = Digest()
    let parts = [
      "tokens 1", corpusHash, try experiment.tokenizer.vocabularyFilesHash(),
      String(decoding: try encoder.encode(experiment.tokenizer), as: UTF8.self),
      String(experiment.validation.fraction), experiment.validation.split.rawValue,
    ]
    digest.update(Array(parts.joined(separator: "\n").utf8))
    return digest.finish()
  }
}
