/// Distinct words in the order in which they were first seen, found by hashing; their bytes lie in one array.
struct WordTable: Sendable {
  private var bytes: [UInt8] = []
  /// Where each word begins in `bytes`; one more than there are words.
  private var starts: [Int] = [0]
  private var hashes: [UInt32] = []
  /// Word numbers by hash, with open addressing; −1 where there is none.
  private var slots: [Int32]

  /// An empty table.
  init() {
    slots = [Int32](repeating: -1, count: 1 << 12)
  }

  /// How many words there are.
  var count: Int { hashes.count }

  /// The bytes that the words take.
  var byteCount: Int { bytes.count }

  /// A word by its number.
  subscript(index: Int) -> ArraySlice<UInt8> { bytes[starts[index]..<starts[index + 1]] }

  /// The number of a word, which joins the table if it is new.
  @inline(__always)
  mutating func index(of word: UnsafeBufferPointer<UInt8>) -> (index: Int, isNew: Bool) {
    let hash = Self.hash(word)
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      if hashes[index] == hash, isEqual(index, word) { return (index, false) }
      slot = (slot + 1) & (slots.count - 1)
    }
    let index = count
    slots[slot] = Int32(index)
    hashes.append(hash)
    bytes.append(contentsOf: word)
    starts.append(bytes.count)
    if 2 * count > slots.count { grow() }
    return (index, true)
  }

  @inline(__always)
  private func isEqual(_ index: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = starts[index]
    guard starts[index + 1] - start == word.count else { return false }
    for i in 0..<word.count where bytes[start + i] != word[i] { return false }
    return true
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: 2 * slots.count)
    for (index, hash) in hashes.enumerated() {
      var slot = Int(hash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(index)
    }
  }

  /// Eight bytes at a time, as in `Checksum`; the high bits, which all others reach.
  @inline(__always)
  private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let raw = UnsafeRawBufferPointer(word)
    var state = UInt64(word.count)
    var i = 0
    while i + 8 <= word.count {
      state = mixed(state ^ raw.loadUnaligned(fromByteOffset: i, as: UInt64.self))
      i += 8
    }
    var rest: UInt64 = 0
    while i < word.count {
      rest = rest << 8 | UInt64(word[i])
      i += 1
    }
    return UInt32(truncatingIfNeeded: mixed(state ^ rest) >> 32)
  }

  @inline(__always)
  private static func mixed(_ word: UInt64) -> UInt64 {
    let product = word &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 32
  }
}
