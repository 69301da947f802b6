import Foundation

/// `Mutex` of the library Synchronization as `Tests/Races/tests.sh` puts it in, so that ThreadSanitizer sees the lock.
///
/// `@unchecked`, since the compiler does not see that the value is touched under the lock alone.
public final class SeenMutex<Value>: @unchecked Sendable {
  private var value: Value
  private let lock = NSLock()

  /// A value that is not locked.
  public init(_ value: Value) {
    self.value = value
  }

  /// Lends the value, one thread at a time.
  public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    try lock.withLock { try body(&value) }
  }
}
