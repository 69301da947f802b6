/// Gives added tokens their ids, as Hugging Face's tokenizers do since version 0.23 (`AddedVocabulary`).
///
/// A token that is there already keeps its id. Another one gets the next free id after the vocabulary's size, whatever id
/// a file gives it. Of a token that is given several times the last flags count, but once special it stays special.
struct AddedTokensBuilder {
  private let pieces: TokenTrie
  /// How many different pieces there are; fewer than lines of `vocab.txt` where tokens are equal.
  private let pieceCount: Int
  private var ids: [[UInt8]: Int32] = [:]
  private var tokens: [Int32: AddedToken] = [:]
  private var special: Set<[UInt8]> = []
  /// Two added tokens that got the same id, if there are any: a piece behind equal ones, and a new token.
  private(set) var collision: (first: String, second: String, id: Int32)?

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

  /// Adds tokens in order; empty ones are passed by.
  mutating func add(_ added: [AddedToken]) {
    var next = max(Int32(pieceCount), (tokens.keys.max() ?? -1) + 1)
    for token in added where !token.content.isEmpty {
      let content = Array(token.content.utf8)
      let known = id(of: token.content)
      let id = known ?? next
      if known == nil { next += 1 }
      ids[content] = id
      if token.isSpecial { special.insert(content) }
      if let other = tokens.updateValue(token, forKey: id), !other.content.hasSameBytes(as: token.content) {
        collision = (other.content, token.content, id)
      }
    }
  }

  /// The tokens with their ids, by ascending id.
  var entries: [AddedTokens.Entry] {
    tokens.sorted { $0.key < $1.key }.map { id, token in
      var token = token
      // Where it is looked for is decided as it was given last, whether or not it was special before.
      (token.isNormalized, token.isSpecial) = (token.isNormalized, special.contains(Array(token.content.utf8)))
      return AddedTokens.Entry(token: token, id: id)
    }
  }

  /// The tokens that are no pieces, by id; ids from `pieceCount` on.
  var beyondPieces: [Int32: String] { tokens.mapValues(\.content).filter { pieces.id(of: $0.value.utf8) == nil } }
}
