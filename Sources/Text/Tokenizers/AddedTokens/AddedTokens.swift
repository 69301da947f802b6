/// The added tokens of a tokenizer that are found in text, each with an id of its own.
public struct AddedTokens: Sendable, Equatable {
  /// A token with its id.
  public struct Entry: Sendable, Equatable {
    /// The token.
    public let token: AddedToken
    /// Its id.
    public let id: Int32
  }

  /// The tokens by ascending id: of those that are the same after normalization, the first is found.
  public let entries: [Entry]

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
    self.init(entries: entries.sorted { $0.id < $1.id })
  }

  /// Whether a token has white space inside, so that text must not be cut at white space to look for it.
  var haveSpaces: Bool {
    entries.contains { $0.token.content.unicodeScalars.contains(where: \.properties.isWhitespace) }
  }
}
