extension KeyedDecodingContainer {
  /// Replaces a default by what a file says, if it says it: a key that is new does not make old files unreadable.
  func decode<Value: Decodable>(into value: inout Value, _ key: Key) throws {
    if let found = try decodeIfPresent(Value.self, forKey: key) { value = found }
  }
}
