import Platform

/// A tokenizer in a folder, in the files of Hugging Face, as `transformers` 5 opens them.
public enum TokenizerFolder {
  /// The file of a folder with the tokens.
  public static func vocabularyPath(in folder: String) -> String { folder + "/vocab.txt" }
  /// The file of a folder that holds a whole tokenizer.
  public static func tokenizerPath(in folder: String) -> String { folder + "/tokenizer.json" }
  /// The file of a folder that says which tokenizer the tokens are for.
  public static func configurationPath(in folder: String) -> String { folder + "/tokenizer_config.json" }

  /// Opens the tokenizer in a folder.
  ///
  /// Tokens come from `tokenizer.json` where there is one, else from `vocab.txt`. Settings come from
  /// `tokenizer_config.json`, or, in a class that takes `tokenizer.json` as it is, from there.
  ///
  /// - Parameters:
  ///   - folder: where the files lie.
  ///   - notice: told in a line each of what may surprise: equal tokens, files that disagree.
  /// - Returns: the tokenizer.
  /// - Throws: `InputError` if there are no tokens, or a file describes a tokenizer that is not BERT's.
  public static func load(_ folder: String, notice: (String) -> Void = { _ in }) throws -> any Tokenizer {
    let (list, whole) = (vocabularyPath(in: folder), tokenizerPath(in: folder))
    guard Files.exists(list) || Files.exists(whole) else {
      throw InputError(at: folder, "has no vocabulary", expected: "vocab.txt or tokenizer.json beside the weights")
    }
    let configuration = try TokenizerConfiguration(folder: folder)
    if configuration.rules == .characters {
      return CharacterTokenizer(
        vocabulary: try Vocabulary.load(path: list, trims: false, notice: notice),
        lowercase: configuration.lowercase ?? true)
    }
    guard Files.exists(whole) else {
      if configuration.rules == .file, let (name, place) = configuration.className {
        throw InputError(at: place, "tokenizer_class is \"\(name)\"", expected: "a tokenizer.json beside it")
      }
      let pieces = try VocabularyFile.tokens(path: list, notice: notice)
      return try TokenizerAssembly(configuration, pieces: pieces, path: list).tokenizer(notice: notice)
    }
    let file = try TokenizerFile(path: whole)
    if Files.exists(list), try VocabularyFile.tokens(path: list, notice: { _ in }) != file.pieces {
      notice("\(list): its tokens are not those of \(whole), which counts, as in transformers")
    }
    return try TokenizerAssembly(configuration, file: file, path: whole).tokenizer(notice: notice)
  }

  /// Opens the tokenizer of a `vocab.txt` alone (as in BERT's uncased models), of a `tokenizer.json`, or of a folder.
  ///
  /// - Parameters:
  ///   - path: the file or folder.
  ///   - notice: as for `load(_:notice:)`.
  /// - Returns: the tokenizer.
  /// - Throws: `InputError` as `load(_:notice:)`.
  public static func load(
    vocabulary path: String, notice: (String) -> Void = { _ in }
  ) throws -> any Tokenizer {
    guard isWhole(path) else {
      return WordPieceTokenizer(vocabulary: try Vocabulary.load(path: path, notice: notice), lowercase: true)
    }
    guard path.hasSuffix(".json") else { return try load(path, notice: notice) }
    return try TokenizerAssembly(TokenizerConfiguration(), file: try TokenizerFile(path: path), path: path)
      .tokenizer(notice: notice)
  }

  /// The files of a folder that decide which tokenizer it is.
  static func files(of folder: String) -> [String] {
    let names = [
      "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
      "config.json",
    ]
    return names.map { folder + "/" + $0 }.filter(Files.exists)
  }

  /// Whether a path is that of a folder or of a `tokenizer.json`, which say more than which tokens there are.
  public static func isWhole(_ path: String) -> Bool {
    path.hasSuffix(".json") || Files.exists(vocabularyPath(in: path)) || Files.exists(tokenizerPath(in: path))
  }
}
