import Foundation
import Platform
import TestSupport
import Testing

struct ProcessLockTests {
  private func inFolder(_ body: (String) throws -> Void) throws {
    try withExtendedLifetime(TemporaryFolder()) { try body($0.path + "/lock") }
  }

  @Test func oneHoldsItUntilItIsReleased() throws {
    try inFolder { path in
      let first = try #require(try ProcessLock.take(path))
      #expect(try ProcessLock.take(path) == nil)
      #expect(ProcessLock.holder(of: path)?.description.hasPrefix("process \(getpid()) on ") == true)
      try first.check()
      first.release()
      #expect(!Files.exists(path))
      #expect(ProcessLock.holder(of: path) == nil)
      let second = try #require(try ProcessLock.take(path))
      first.release()
      try second.check()
      second.release()
    }
  }

  @Test func nothingIsLeftBeside() throws {
    try inFolder { path in
      let lock = try #require(try ProcessLock.take(path))
      _ = try ProcessLock.take(path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path.replacing("/lock", with: "")) == ["lock"])
      lock.release()
      #expect(try FileManager.default.contentsOfDirectory(atPath: path.replacing("/lock", with: "")).isEmpty)
    }
  }

  /// A lock's text, with some of its words replaced.
  private func text(_ path: String, replacing words: [Int: String]) throws -> String {
    let lock = try #require(try ProcessLock.take(path))
    defer { lock.release() }
    var parts = try Files.readText(path, as: "lock").split(separator: " ").map(String.init)
    for (index, word) in words { parts[index] = word }
    return parts.joined(separator: " ")
  }

  @Test func aProcessThatIsGoneHoldsNothing() throws {
    try inFolder { path in
      // No process has this number; and this process started at another time.
      for words in [[3: "2147483000"], [4: "1"]] {
        try Files.write(text(path, replacing: words), to: path)
        #expect(ProcessLock.holder(of: path) == nil)
        let lock = try #require(try ProcessLock.take(path))
        try lock.check()
        lock.release()
      }
    }
  }

  @Test func aProcessElsewhereHoldsItWhileItsCountRises() throws {
    try inFolder { path in
      let other = try text(path, replacing: [2: "elsewhere/1/2", 5: "TOKEN\n"])
      try Files.write(other, to: path)
      #expect(ProcessLock.holder(of: path)?.description.hasSuffix("on elsewhere") == true)
      let beating = Thread {
        Thread.sleep(forTimeInterval: 0.7)
        try? Files.write(other.replacing("beat 000000000000", with: "beat 000000000001"), to: path)
      }
      beating.start()
      var notices: [String] = []
      #expect(try ProcessLock.take(path) { notices.append($0) } == nil)
      #expect(notices.count == 1 && notices[0].contains("on elsewhere; seeing whether it lives"))
    }
  }

  @Test func aLockTakenOverOrLostIsNoticed() throws {
    try inFolder { path in
      let lock = try #require(try ProcessLock.take(path))
      let own = try Files.readText(path, as: "lock")
      try Files.write(own.replacing("beat", with: "beta"), to: path)
      #expect(throws: InputError.self) { try lock.check() }
      Files.remove(path)
      let error = #expect(throws: InputError.self) { try lock.check() }
      #expect(error?.description.contains("is gone") == true)
      lock.release()
    }
  }

  @Test func manyThreadsGetItOneByOne() throws {
    try inFolder { path in
      // Left by a process that was killed, so that all find it stale at once.
      try Files.write(text(path, replacing: [3: "2147483000"]), to: path)
      final class Counts: @unchecked Sendable {
        let lock = NSLock()
        var (inside, most, taken) = (0, 0, 0)
      }
      let counts = Counts()
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        for _ in 0..<5 {
          guard let lock = try? ProcessLock.take(path, waits: false) else { continue }
          counts.lock.withLock {
            counts.inside += 1
            counts.taken += 1
            counts.most = max(counts.most, counts.inside)
          }
          Thread.sleep(forTimeInterval: 0.002)
          counts.lock.withLock { counts.inside -= 1 }
          lock.release()
        }
      }
      #expect(counts.most == 1)
      #expect(counts.taken > 0)
    }
  }

  @Test func aFolderThatCannotBeWrittenIsNamed() {
    let error = #expect(throws: InputError.self) { try ProcessLock.take("/no/such/folder/lock") }
    #expect(error?.description.hasPrefix("/no/such/folder/lock: cannot be made") == true)
  }
}
