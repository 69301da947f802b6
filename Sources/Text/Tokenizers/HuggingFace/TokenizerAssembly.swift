import Formats
import Platform

/// Puts together what the files of a tokenizer say, in the order in which `transformers` 5 does.
struct TokenizerAssembly {
  private let configuration: TokenizerConfiguration
  private let pieces: [String]
  private let file: TokenizerFile?
  /// The file with the pieces, which errors name.
  private let path: String

  /// Of the pieces of a `vocab.txt`, by BERT's rules.
  init(_ configuration: TokenizerConfiguration, pieces: [String], path: String) {
    (self.configuration, self.pieces, self.path) = (configuration, pieces, path)
    file = nil
  }

  /// Of a `tokenizer.json`.
  init(_ configuration: TokenizerConfiguration, file: TokenizerFile, path: String) {
    (self.configuration, self.file, self.path) = (configuration, file, path)
    pieces = file.pieces
  }

  /// The file whose own settings hold; `nil` where BERT's class of `transformers` sets them.
  private var ruling: TokenizerFile? { configuration.rules == .file ? file : nil }

  /// Puts the tokenizer together.
  ///
  /// - Parameter notice: told in a line each where files disagree.
  /// - Returns: the tokenizer.
  /// - Throws: `InputError` if a token with a role is missing, or the files ask for what is not BERT's tokenizer.
  func tokenizer(notice: (String) -> Void) throws -> WordPieceTokenizer {
    if let ruling, !ruling.cutsWords {
      throw InputError(at: path, "has no pre_tokenizer", expected: "\"BertPreTokenizer\"")
    }
    try checkSegmenter()
    tellWhatIsPassedBy(notice)
    var trie = TokenTrie()
    var pieceCount = 0
    for (id, piece) in pieces.enumerated() where trie.insert(piece.utf8, id: Int32(id)) == nil { pieceCount += 1 }
    var builder = AddedTokensBuilder(pieces: trie, pieceCount: pieceCount)
    let numbered = add(to: &builder)
    if let (first, second, id) = builder.collision {
      throw InputError(
        at: path, "the added tokens \(JSONValue(first).excerpt) and \(JSONValue(second).excerpt) both get the id \(id)",
        expected: "no token twice among the pieces")
    }
    tellOfIDs(numbered, builder, notice)

    let names = try specialTokens()
    guard trie.id(of: names.unknown.utf8) != nil else {
      throw InputError(
        at: path, "has no \(names.unknown)", expected: "a token for what words cannot be cut into, among the pieces")
    }
    var tokens = pieces
    for (id, content) in builder.beyondPieces.sorted(by: { $0.key < $1.key }) where id == tokens.count {
      tokens.append(content)
    }
    let entries = builder.entries
    let special = Set(entries.filter(\.token.isSpecial).map(\.id))
    let vocabulary = try Vocabulary(
      tokens: tokens, specialTokens: names, otherSpecial: special, name: path, id: builder.id)
    let normalization = normalization
    try checkNormalized(entries, by: normalization, notice)
    return WordPieceTokenizer(
      vocabulary: vocabulary, pieceCount: pieces.count, normalization: normalization, longestWord: longestWord,
      addedTokens: AddedTokens(entries: entries, splitsSpecial: configuration.splitsSpecial))
  }

  // MARK: - Settings

  private var normalization: TextNormalization {
    ruling?.normalization
      ?? TextNormalization(
        lowercase: configuration.lowercase ?? true, stripsAccents: configuration.stripsAccents,
        // The segmenter of RoFormer's class separates what has no words of its own.
        separatesIdeographs: configuration.rules == .roformer || configuration.separatesIdeographs ?? true)
  }

  private var longestWord: Int { ruling?.longestWord ?? WordPieceTokenizer.longestWord }

  private func specialTokens() throws -> SpecialTokens {
    var names = SpecialTokens.bert
    if let ruling {
      names.unknown = ruling.unknown
      if let padding = ruling.padding { names.padding = padding }
    }
    let roles: [(String, WritableKeyPath<SpecialTokens, String>)] = [
      ("unk_token", \.unknown), ("pad_token", \.padding), ("cls_token", \.classification), ("sep_token", \.separator),
      ("mask_token", \.mask),
    ]
    for (key, role) in roles where !(key == "unk_token" && ruling != nil) {
      guard let given = configuration.named.first(where: { $0.key == key }) else { continue }
      if let named = given.token {
        names[keyPath: role] = named.token.content
      } else if ["unk_token", "cls_token", "sep_token"].contains(key), ruling == nil {
        throw InputError(
          at: configuration.className?.place ?? path, "\(key) is null", expected: "a token, or no such key")
      }
    }
    if let ruling, let ends = try TokenizerPostProcessor.ends(ruling.postProcessor) {
      (names.classification, names.separator) = ends
    }
    return names
  }

  /// RoFormer's class segments Chinese words first, which makes no difference only where no piece has two ideographs.
  private func checkSegmenter() throws {
    guard configuration.rules == .roformer, let (name, place) = configuration.className else { return }
    let word = pieces.first { piece in
      let scalars = piece.unicodeScalars
      return scalars.count > 1 && scalars.filter { CharacterClass($0) == .ideograph }.count > 1
    }
    guard let word else { return }
    throw InputError(
      at: place, "\(name) segments Chinese words such as \(JSONValue(word).excerpt), which is not done here",
      expected: "\"tokenizer_class\": \"\(TokenizerConfiguration.wordPieceClass)\" in tokenizer_config.json, which "
        + "makes each ideograph a word")
  }

  // MARK: - Added tokens

  /// Adds all tokens, and returns those that files number.
  private func add(to builder: inout AddedTokensBuilder) -> [TokenizerFile.NumberedToken] {
    let own = file?.added ?? []
    if ruling != nil { builder.add(own.map(\.token)) }
    // Of one number, the last token counts; then they go by number. A name takes its flags from any of them.
    var byID: [Int: TokenizerFile.NumberedToken] = [:]
    var byContent: [[UInt8]: AddedToken] = [:]
    for item in configuration.numbered + (configuration.readsAddedOfTokenizer ? own : []) {
      byID[item.id] = item
      byContent[Array(item.token.content.utf8)] = item.token
    }
    let numbered = byID.sorted { $0.key < $1.key }.map(\.value)

    let standard = ruling.map { $0.padding.map { ["pad_token": $0] } ?? [:] } ?? Self.standard
    let usual = TokenizerConfiguration.usualKeys.compactMap { key -> NamedToken? in
      guard let given = configuration.named.first(where: { $0.key == key }) else {
        return standard[key].map { NamedToken(token: AddedToken($0, isSpecial: true), form: .text) }
      }
      return given.token.map { named in
        byContent[Array(named.token.content.utf8)].map { NamedToken(token: $0, form: .object) } ?? named
      }
    }
    let named =
      usual + configuration.named.filter { !TokenizerConfiguration.usualKeys.contains($0.key) }.compactMap(\.token)
    var others: [NamedToken] = []
    let contents = Set(numbered.map { Array($0.token.content.utf8) })
    for given in named + configuration.extra where !others.contains(given) {
      let content = given.token.content
      if !contents.contains(Array(content.utf8)), !builder.contains(content) { others.append(given) }
    }
    let special = Set(named.map { Array($0.token.content.utf8) })
    builder.add(
      (numbered.map(\.token) + others.map(\.token)).map { token in
        var token = token
        token.isSpecial = token.isSpecial || special.contains(Array(token.content.utf8))
        return token
      })
    return (ruling == nil ? [] : own) + numbered
  }

  /// BERT's class has names for five tokens whether or not a file gives them.
  private static let standard = [
    "unk_token": SpecialTokens.bert.unknown, "sep_token": SpecialTokens.bert.separator,
    "pad_token": SpecialTokens.bert.padding, "cls_token": SpecialTokens.bert.classification,
    "mask_token": SpecialTokens.bert.mask,
  ]

  /// Refuses tokens of which normalization leaves nothing, and says which it makes the same.
  private func checkNormalized(
    _ entries: [AddedTokens.Entry], by normalization: TextNormalization, _ notice: (String) -> Void
  ) throws {
    var patterns: [[UInt8]: AddedTokens.Entry] = [:]
    var same: [(first: AddedTokens.Entry, other: AddedTokens.Entry)] = []
    for entry in entries where entry.token.isNormalized {
      let pattern = normalization.normalized(entry.token.content)
      guard !pattern.isEmpty else {
        throw InputError(
          at: path, "the added token \(JSONValue(entry.token.content).excerpt) is nothing after normalization",
          expected: "\"normalized\": false, or another token")
      }
      if let first = patterns[pattern] { same.append((first, entry)) } else { patterns[pattern] = entry }
    }
    guard let (first, other) = same.first else { return }
    let more = same.count > 1 ? " (and \((same.count - 1).counted("token")) more)" : ""
    notice(
      "\(path): the added tokens \(JSONValue(first.token.content).excerpt) and "
        + "\(JSONValue(other.token.content).excerpt) are the same after normalization; the first, \(first.id), is found, "
        + "while transformers picks one of them at random each time it opens them\(more)")
  }

  // MARK: - What may surprise

  private func tellOfIDs(
    _ numbered: [TokenizerFile.NumberedToken], _ builder: AddedTokensBuilder, _ notice: (String) -> Void
  ) {
    let others = numbered.filter { !$0.token.content.isEmpty && builder.id(of: $0.token.content) != Int32($0.id) }
    guard let first = others.first, let id = builder.id(of: first.token.content) else { return }
    let more = others.count > 1 ? " (and \((others.count - 1).counted("token")) more)" : ""
    notice(
      "\(first.place): numbers \(JSONValue(first.token.content).excerpt) \(first.id), but the next free id is \(id), "
        + "which it gets, as in transformers\(more)")
  }

  /// Says where `tokenizer.json` and BERT's class of `transformers`, which passes its settings by, disagree.
  private func tellWhatIsPassedBy(_ notice: (String) -> Void) {
    guard let file else { return }
    var passed: [String] = []
    if ruling == nil {
      if file.normalization != normalization, file.cutsWords { passed.append("normalizer") }
      if file.longestWord != longestWord { passed.append("max_input_chars_per_word") }
      guard !passed.isEmpty else { return }
      notice(
        "\(path): its \(passed.joined(separator: " and its ")) would cut otherwise; "
          + "\(TokenizerConfiguration.wordPieceClass) of transformers goes by tokenizer_config.json alone, and so does "
          + "this program; \"tokenizer_class\": \"\(TokenizerConfiguration.fileClass)\" goes by \(path)")
    } else {
      let settings = [
        ("do_lower_case", configuration.lowercase, file.normalization.lowercase),
        ("strip_accents", configuration.stripsAccents, file.normalization.stripsAccents),
        ("tokenize_chinese_chars", configuration.separatesIdeographs, file.normalization.separatesIdeographs),
      ]
      passed = settings.filter { $0.1 != nil && $0.1 != $0.2 }.map(\.0)
      guard !passed.isEmpty else { return }
      notice(
        "\(path): disagrees with \(passed.joined(separator: ", ")) of tokenizer_config.json, and counts, as in "
          + "transformers; \"tokenizer_class\": \"\(TokenizerConfiguration.wordPieceClass)\" makes the other count")
    }
  }
}
