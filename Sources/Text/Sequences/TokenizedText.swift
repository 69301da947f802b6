import Foundation
import Platform

/// Documents as ids of tokens, one after another, in memory or in a mapped file; documents without tokens are left out.
public struct TokenizedText: @unchecked Sendable {
  /// All tokens.
  let tokens: UnsafeBufferPointer<Int32>
  /// Where each document ends in `tokens`, ascending.
  let ends: UnsafeBufferPointer<Int64>
  /// What keeps both where they are.
  private let owner: AnyObject

  init(tokens: UnsafeBufferPointer<Int32>, ends: UnsafeBufferPointer<Int64>, owner: AnyObject) {
    self.tokens = tokens
    self.ends = ends
    self.owner = owner
  }

  /// The ids of each document.
  public init(_ documents: [[Int32]]) {
    self.init(
      tokens: Array(documents.joined()),
      ends: documents.filter { !$0.isEmpty }.reduce(into: []) { $0.append(($0.last ?? 0) + Int64($1.count)) })
  }

  /// Tokens, and where each document ends among them, ascending.
  init(tokens: [Int32], ends: [Int64]) {
    let memory = Memory(tokens: tokens, ends: ends)
    self.init(
      tokens: UnsafeBufferPointer(memory.tokens), ends: UnsafeBufferPointer(memory.ends), owner: memory)
  }

  /// How many tokens there are.
  public var count: Int { tokens.count }

  /// How often each token occurs.
  ///
  /// - Parameter vocabularySize: how many different tokens there are.
  /// - Returns: the counts, by token.
  public func counts(vocabularySize: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: vocabularySize)
    for token in tokens { counts[Int(token)] += 1 }
    return counts
  }

  /// How many documents there are.
  public var documentCount: Int { ends.count }

  /// How many documents differ from all before them in some token.
  ///
  /// 128 bits of a document's tokens stand for it. Texts that a tokenizer takes for the same, such as those that differ
  /// in capitals alone under BERT's uncased models, count once: they are the same to a model.
  public var distinctDocumentCount: Int {
    let chunkSize = 256
    let chunks = ThreadPool.shared.map((documentCount + chunkSize - 1) / chunkSize) { chunk in
      (chunk * chunkSize..<min((chunk + 1) * chunkSize, documentCount)).map { i in
        DocumentIdentity(of: tokens[(i == 0 ? 0 : Int(ends[i - 1]))..<Int(ends[i])])
      }
    }
    return Set(chunks.joined()).count
  }

  /// The document that holds a token.
  func document(of token: Int) -> Int {
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > token { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private final class Memory {
    let tokens: UnsafeMutableBufferPointer<Int32>
    let ends: UnsafeMutableBufferPointer<Int64>

    init(tokens: [Int32], ends: [Int64]) {
      self.tokens = .allocate(capacity: tokens.count)
      self.ends = .allocate(capacity: ends.count)
      _ = self.tokens.initialize(from: tokens)
      _ = self.ends.initialize(from: ends)
    }

    deinit {
      tokens.deallocate()
      ends.deallocate()
    }
  }
}
