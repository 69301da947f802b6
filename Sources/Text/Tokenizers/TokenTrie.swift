/// A set of tokens as a tree of their bytes, which finds the longest token that a text begins with in one pass.
///
/// The edges of all nodes lie in one hash table with open addressing, keyed by node and byte.
struct TokenTrie: Sendable {
  /// The node that all tokens start from.
  static let root: Int32 = 0

  private var ids: [Int32] = [-1]
  private var keys: [UInt64] = [UInt64](repeating: 0, count: 1 << 10)
  private var targets: [Int32] = [Int32](repeating: 0, count: 1 << 10)

  /// Adds a token; one that is there already gets the new id.
  ///
  /// - Returns: the id that this token had before, if any.
  @discardableResult
  mutating func insert(_ token: some Sequence<UInt8>, id: Int32) -> Int32? {
    var node = Self.root
    for byte in token {
      if let next = child(of: node, byte) {
        node = next
      } else {
        let next = Int32(ids.count)
        ids.append(-1)
        addEdge(from: node, byte, to: next)
        node = next
      }
    }
    defer { ids[Int(node)] = id }
    return ids[Int(node)] >= 0 ? ids[Int(node)] : nil
  }

  /// The id of a whole token.
  func id(of token: some Sequence<UInt8>) -> Int32? {
    node(after: token).flatMap { ids[Int($0)] >= 0 ? ids[Int($0)] : nil }
  }

  /// The node that some bytes lead to, if any token begins with them.
  func node(after bytes: some Sequence<UInt8>) -> Int32? {
    var node = Self.root
    for byte in bytes {
      guard let next = child(of: node, byte) else { return nil }
      node = next
    }
    return node
  }

  /// The longest way from `node` along `text[start...]` that ends a token.
  ///
  /// - Returns: the token's id and where in the text it ends, or `nil` if no token matches.
  @inline(__always)
  func longestMatch(
    in text: UnsafeBufferPointer<UInt8>, from start: Int, at node: Int32
  ) -> (id: Int32, end: Int)? {
    var node = node
    var found: (id: Int32, end: Int)?
    var i = start
    while i < text.count, let next = child(of: node, text[i]) {
      node = next
      i += 1
      if ids[Int(node)] >= 0 { found = (ids[Int(node)], i) }
    }
    return found
  }

  // MARK: - Edges

  @inline(__always)
  private func child(of node: Int32, _ byte: UInt8) -> Int32? {
    let key = Self.key(node, byte)
    var slot = slot(of: key)
    while keys[slot] != 0 {
      if keys[slot] == key { return targets[slot] }
      slot = (slot + 1) & (keys.count - 1)
    }
    return nil
  }

  private mutating func addEdge(from node: Int32, _ byte: UInt8, to target: Int32) {
    if ids.count * 2 > keys.count { grow() }
    place(Self.key(node, byte), target)
  }

  private mutating func place(_ key: UInt64, _ target: Int32) {
    var slot = slot(of: key)
    while keys[slot] != 0 { slot = (slot + 1) & (keys.count - 1) }
    keys[slot] = key
    targets[slot] = target
  }

  private mutating func grow() {
    let edges = zip(keys, targets).filter { $0.0 != 0 }
    keys = [UInt64](repeating: 0, count: keys.count * 2)
    targets = [Int32](repeating: 0, count: keys.count)
    for (key, target) in edges { place(key, target) }
  }

  /// Node and byte in one number that is never 0, the mark of an empty slot.
  @inline(__always)
  private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 {
    (UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte)) + 1
  }

  /// Fibonacci hashing: the high bits of a product with 2⁶⁴ divided by the golden ratio.
  @inline(__always)
  private func slot(of key: UInt64) -> Int {
    Int((key &* 0x9e37_79b9_7f4a_7c15) >> 32) & (keys.count - 1)
  }
}
