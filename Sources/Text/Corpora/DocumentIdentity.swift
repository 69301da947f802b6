import Platform

/// What makes two documents the same: their words, whatever their case and the space between them.
///
/// 128 bits of the text stand for it, so that a gigabyte of documents is compared without being held twice.
struct DocumentIdentity: Hashable, Sendable {
  private var low: UInt64 = 0xcbf2_9ce4_8422_2325
  private var high: UInt64 = 0x6c62_272e_07bb_0142

  /// The identities of documents, in order.
  static func all(of documents: Documents) -> [DocumentIdentity] {
    let ranges = documents.ranges
    let chunkSize = 256
    let chunks = ThreadPool.shared.map((ranges.count + chunkSize - 1) / chunkSize) { chunk in
      ranges[chunk * chunkSize..<min((chunk + 1) * chunkSize, ranges.count)].map { range in
        DocumentIdentity(documents.bytes(range))
      }
    }
    return Array(chunks.joined())
  }

  /// The identity of a document of tokens: the same for the same tokens in the same order.
  init(of tokens: some Sequence<Int32>) {
    for token in tokens {
      let token = UInt64(UInt32(bitPattern: token))
      low = (low ^ token) &* 0x0000_0100_0000_01b3
      high = (high ^ token) &* 0x9e37_79b9_7f4a_7c15
    }
  }

  private init(_ text: UnsafeBufferPointer<UInt8>) {
    if text.allSatisfy({ $0 < 0x80 }) {
      add(text) { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
    } else {
      var lowercased = String(decoding: text, as: UTF8.self).lowercased()
      lowercased.withUTF8 { add($0) { $0 } }
    }
  }

  /// Takes in the words, one space between them.
  @inline(__always)
  private mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, _ map: (UInt8) -> UInt8) {
    var (isAfterWord, isInWord) = (false, false)
    for byte in bytes {
      if byte <= UInt8(ascii: " ") {
        isInWord = false
      } else {
        if !isInWord, isAfterWord { mix(UInt8(ascii: " ")) }
        (isInWord, isAfterWord) = (true, true)
        mix(map(byte))
      }
    }
  }

  /// FNV-1a with the prime of 64 bits, and the same with another odd number.
  @inline(__always)
  private mutating func mix(_ byte: UInt8) {
    low = (low ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    high = (high ^ UInt64(byte)) &* 0x9e37_79b9_7f4a_7c15
  }
}
