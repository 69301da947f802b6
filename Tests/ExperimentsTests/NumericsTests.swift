import Foundation
import Platform
import Testing

@testable import Experiments

struct NumericsTests {
  @Test func theDigestIsOneOfAllBits() throws {
    #expect(Numerics.digest.count == 64)
    #expect(Numerics.digest == (try Numerics.computed()))
  }

  /// What a record says of its build decides the warning; the digest is the same for any number of threads.
  @Test func threadsChangeNothing() throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(before) }
    for threads in [1, 3] {
      ThreadPool.shared.setThreadCount(threads)
      #expect(try Numerics.computed() == Numerics.digest)
    }
  }
}
