import Foundation
import Platform

/// A tokenized corpus and its vocabulary as one binary file, to be mapped: made once, shared by all runs on one text.
///
/// Layout, all numbers little-endian: 16 bytes that name the format; the tokens to train on, 32 bits each; those held
/// out; where each document of either ends, 64 bits each; the vocabulary, a token a line; a trailer of five 64-bit
/// counts (tokens and documents of either part, bytes of the vocabulary), the key, 64 bytes, and the checksum of all
/// that precedes it, 64 bits. Each part is filled up with zeros to 8 bytes.
public struct TokenFile: Sendable {
  /// What is trained on.
  public let training: TokenizedText
  /// What is held out.
  public let validation: TokenizedText
  /// The vocabulary of both.
  public let vocabulary: Vocabulary

  private static let name = Array("roformer tokens1".utf8)
  private static let keyLength = 64
  private static let trailerLength = 5 * 8 + keyLength + 8

  /// Why a file is not used, in a few words.
  public struct Damage: Error, CustomStringConvertible {
    /// What is wrong.
    public let description: String
  }

  // MARK: - Making

  /// Tokenizes both parts of a corpus on all threads, a little at a time.
  ///
  /// - Parameters:
  ///   - training: the documents to train on.
  ///   - validation: those held out.
  ///   - tokenizer: cuts them.
  ///   - key: 64 characters of ASCII that stand for what the tokens depend on.
  ///   - append: takes the file's bytes piece by piece.
  ///   - progress: is told how many bytes more of the text are done.
  /// - Throws: what `append` throws.
  public static func make(
    training: Documents, validation: Documents, tokenizer: any Tokenizer, key: String,
    append: (UnsafeRawBufferPointer) throws -> Void, progress: (Int) -> Void = { _ in }
  ) throws {
    precondition(key.utf8.count == keyLength, "TokenFile.make: the key is \(key)")
    var checksum = Checksum()
    var count = 0
    func add(_ bytes: UnsafeRawBufferPointer) throws {
      checksum.update(bytes)
      try append(bytes)
      count += bytes.count
    }
    func add<Element: BitwiseCopyable>(_ values: [Element]) throws { try values.withUnsafeBytes { try add($0) } }
    func fillUp() throws { try add([UInt8](repeating: 0, count: (8 - count % 8) % 8)) }

    try add(name)
    var ends: [[Int64]] = []
    var counts: [Int] = []
    for documents in [training, validation] {
      let partEnds = try documents.tokenize(with: tokenizer) { tokens, byteCount in
        try add(tokens)
        progress(byteCount)
      }
      try fillUp()
      ends.append(partEnds)
      counts += [Int(partEnds.last ?? 0), partEnds.count]
    }
    for partEnds in ends { try add(partEnds) }
    let vocabulary = Array(tokenizer.vocabulary.tokens.joined(separator: "\n").utf8)
    try add(vocabulary)
    try fillUp()
    try add((counts + [vocabulary.count]).map { Int64($0) })
    try add(Array(key.utf8))
    try withUnsafeBytes(of: checksum.value) { try append($0) }
  }

  // MARK: - Reading

  /// Reads what `make` has made.
  ///
  /// Nothing in it is trusted: after the checksum, counts, ends and ids are checked too.
  ///
  /// - Parameters:
  ///   - data: the whole file, mapped.
  ///   - key: what `make` was given.
  ///   - specialTokens: what the tokens with a role are called in its vocabulary.
  /// - Throws: `Damage` if the file is not as it was made, or of another key.
  public init(_ data: Data, key: String, specialTokens: SpecialTokens = .bert) throws {
    let memory = Memory(data)
    let bytes = memory.bytes
    let bodyEnd = bytes.count - Self.trailerLength
    guard bodyEnd >= Self.name.count, bytes.prefix(Self.name.count).elementsEqual(Self.name) else {
      throw Damage(description: "is no file of tokens")
    }
    let checksum = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
    guard Checksum.of(UnsafeRawBufferPointer(rebasing: bytes.dropLast(8))) == checksum else {
      throw Damage(description: "does not agree with its checksum")
    }
    guard bytes[(bodyEnd + 40)...].prefix(Self.keyLength).elementsEqual(key.utf8) else {
      throw Damage(description: "is of another text or tokenizer")
    }
    let counts = (0..<5).map { bytes.loadUnaligned(fromByteOffset: bodyEnd + 8 * $0, as: Int64.self) }
    var offset = Self.name.count
    func part(_ count: Int64, of size: Int) throws -> Range<Int> {
      guard count >= 0, count <= Int64((bodyEnd - offset) / size) else { throw Damage(description: "has wrong counts") }
      let range = offset..<offset + Int(count) * size
      offset = (range.upperBound + 7) / 8 * 8
      guard offset <= bodyEnd else { throw Damage(description: "has wrong counts") }
      return range
    }
    let tokens = [try part(counts[0], of: 4), try part(counts[2], of: 4)]
    let ends = [try part(counts[1], of: 8), try part(counts[3], of: 8)]
    let text = String(decoding: bytes[try part(counts[4], of: 1)], as: UTF8.self)
    guard offset == bodyEnd else { throw Damage(description: "has wrong counts") }
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard let vocabulary = try? Vocabulary(tokens: lines.map { String(Substring($0)) }, specialTokens: specialTokens)
    else {
      throw Damage(description: "has no vocabulary")
    }
    self.vocabulary = vocabulary
    let parts = try zip(tokens, ends).map { tokens, ends in
      let part = TokenizedText(
        tokens: UnsafeRawBufferPointer(rebasing: bytes[tokens]).bindMemory(to: Int32.self),
        ends: UnsafeRawBufferPointer(rebasing: bytes[ends]).bindMemory(to: Int64.self), owner: memory)
      guard part.isSound(vocabularySize: vocabulary.count) else { throw Damage(description: "has wrong tokens") }
      return part
    }
    (training, validation) = (parts[0], parts[1])
  }

  /// The file's bytes at an address that is a multiple of 8.
  private final class Memory {
    let bytes: UnsafeRawBufferPointer
    private let data: Data?

    init(_ data: Data) {
      let start = data.withUnsafeBytes { $0 }
      // Short data lie within the value, and have no address of their own; mapped ones begin at a page.
      if data.count >= 4096, UInt(bitPattern: start.baseAddress) % 8 == 0 {
        self.data = data
        bytes = start
      } else {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: data.count, alignment: 8)
        copy.copyBytes(from: data)
        self.data = nil
        bytes = UnsafeRawBufferPointer(copy)
      }
    }

    deinit {
      if data == nil { bytes.deallocate() }
    }
  }
}

extension TokenizedText {
  /// Whether the ends ascend to the number of tokens, and every id is one of the vocabulary's.
  fileprivate func isSound(vocabularySize: Int) -> Bool {
    var last: Int64 = 0
    for end in ends {
      guard end > last else { return false }
      last = end
    }
    guard last == Int64(tokens.count) else { return false }
    // As unsigned numbers, negative ids are large ones.
    let largest = tokens.reduce(UInt32(0)) { Swift.max($0, UInt32(bitPattern: $1)) }
    return tokens.isEmpty || Int(largest) < vocabularySize
  }
}
