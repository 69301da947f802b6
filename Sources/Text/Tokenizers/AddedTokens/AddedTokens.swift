/// The added tokens of a tokenizer with their ids, in the order in which equal ones are preferred.
public struct AddedTokens: Sendable, Equatable {
  /// A token with its id.
  public struct Entry: Sendable, Equatable {
    /// The token.
    public let token: AddedToken
    /// Its id.
    public let id: Int32
  }

  /// The tokens, special ones first.
  public private(set) var entries: [Entry]

  /// Whether special tokens that are written in a text are cut like any other text.
  public var splitsSpecial = false

  init(entries: [Entry], splitsSpecial: Bool = false) {
    self.entries = entries
    self.splitsSpecial = splitsSpecial
  }

  /// The special tokens of a vocabulary, found in text where they are written as they are.
  public init(specialOf vocabulary: Vocabulary) {
    let ids = [
      vocabulary.padding, vocabulary.unknown, vocabulary.classification, vocabulary.separator, vocabulary.mask,
    ]
    var entries: [Entry] = []
    for (name, id) in zip(vocabulary.specialTokens.all, ids) where !entries.contains(where: { $0.id == id }) {
      entries.append(Entry(token: AddedToken(name, isSpecial: true), id: id))
    }
    self.init(entries: entries)
  }

  /// Whether a token has white space inside, so that text must not be cut at white space to look for it.
  var haveSpaces: Bool {
    entries.contains { $0.token.content.unicodeScalars.contains(where: \.properties.isWhitespace) }
  }

  /// Whether two lists find the same tokens in any text: the order matters only among equal ones.
  public static func == (a: AddedTokens, b: AddedTokens) -> Bool {
    func sorted(_ entries: [Entry]) -> [Entry] {
      entries.sorted { ($0.id, $0.token.content.utf8.count) < ($1.id, $1.token.content.utf8.count) }
    }
    return a.splitsSpecial == b.splitsSpecial && sorted(a.entries) == sorted(b.entries)
  }
}

/// Gives added tokens their ids, as Hugging Face's tokenizers do (`AddedVocabulary`).
///
/// A token that is there already keeps its id. Another one gets the next free id after the vocabulary's size, whatever id
/// a file gives it.
struct AddedTokensBuilder {
  private let pieces: TokenTrie
  /// How many different pieces there are; fewer than lines of `vocab.txt` where tokens are equal.
  private let pieceCount: Int
  private var ids: [[UInt8]: Int32] = [:]
  private var largest: Int32?
  private var tokens: [Int32: AddedToken] = [:]
  private var known: [AddedToken: Int] = [:]
  private var special: [AddedToken] = []
  private var specialContents: Set<[UInt8]> = []
  private var plain: [AddedToken] = []
  /// A token that was added twice in ways that contradict each other, if there is one.
  private(set) var contradictory: String?

  /// Nothing is added yet.
  ///
  /// - Parameters:
  ///   - pieces: the tokens of the model itself.
  ///   - pieceCount: how many different ones they are.
  init(pieces: TokenTrie, pieceCount: Int) {
    self.pieces = pieces
    self.pieceCount = pieceCount
  }

  /// The id of a token, added or not.
  func id(of content: String) -> Int32? {
    ids[Array(content.utf8)] ?? pieces.id(of: content.utf8)
  }

  /// Whether a token has been added.
  func contains(_ content: String) -> Bool { ids[Array(content.utf8)] != nil }

  /// Adds tokens in order; empty ones and those that are there with the same flags are passed by.
  mutating func add(_ added: [AddedToken]) {
    contradictory = contradictory ?? firstContradiction(in: added)
    for token in added where token.isSpecial && !token.content.isEmpty {
      if specialContents.insert(Array(token.content.utf8)).inserted { special.append(token) }
    }
    for token in added where !token.content.isEmpty && known[token, default: 0] == 0 {
      let content = Array(token.content.utf8)
      let id = id(of: token.content) ?? max(Int32(pieceCount), (largest ?? -1) + 1)
      ids[content] = id
      largest = max(largest ?? id, id)
      if let replaced = tokens.updateValue(token, forKey: id) { known[replaced]! -= 1 }
      known[token, default: 0] += 1
      if !specialContents.contains(content) { plain.append(token) }
    }
  }

  /// The first token that a list has twice with different flags, or whose `normalized` differs from what it was before.
  ///
  /// `transformers` opens such files; ids here would not always be the same.
  private func firstContradiction(in added: [AddedToken]) -> String? {
    var here: [[UInt8]: AddedToken] = [:]
    for token in added where !token.content.isEmpty {
      let content = Array(token.content.utf8)
      if let other = here.updateValue(token, forKey: content), other != token { return token.content }
      if let id = ids[content], let before = tokens[id], before.isNormalized != token.isNormalized {
        return token.content
      }
    }
    return nil
  }

  /// The tokens with their ids.
  ///
  /// A special token is looked for as it was added first; its other flags are those of the last. A token that became
  /// special after it was added is there once.
  var entries: [AddedTokens.Entry] {
    var seen: Set<AddedToken> = []
    return (special + plain).compactMap { token in
      let content = Array(token.content.utf8)
      let id = ids[content]!
      var last = tokens[id]!
      last.content = token.content
      last.isNormalized = token.isNormalized
      last.isSpecial = specialContents.contains(content)
      return seen.insert(last).inserted ? AddedTokens.Entry(token: last, id: id) : nil
    }
  }

  /// The tokens that are no pieces, by id; ids from `pieceCount` on.
  var beyondPieces: [Int32: String] { tokens.mapValues(\.content).filter { pieces.id(of: $0.value.utf8) == nil } }
}
