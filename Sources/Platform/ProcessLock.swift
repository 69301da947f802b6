import Foundation
import Synchronization

/// A file that says which process has something to itself, on network file systems too.
///
/// It is made by linking, which is atomic everywhere, and holds host, process, its start and a count that rises every
/// few seconds. A process of this machine that is gone holds nothing; one elsewhere is watched until its count rises
/// or has stood still for a minute. Clocks are not compared.
public final class ProcessLock: Sendable {
  /// Who holds a lock.
  public struct Holder: Sendable, Equatable {
    /// The machine: host, boot and process space.
    var machine: String
    /// The process, and when it started.
    var process: Int32
    var start: String
    /// No other lock's.
    var token: String
    /// Rises while the holder lives.
    var beat: Int

    /// Process and host, for a message.
    public var description: String {
      "process \(process) on \(machine.split(separator: "/").first.map(String.init) ?? "another machine")"
    }
  }

  /// Seconds without a sign of life after which a process elsewhere counts as gone.
  private static let patience = 60.0

  private let path: String
  private let own: Holder
  private let isReleased = Mutex(false)

  private init(path: String, own: Holder) {
    self.path = path
    self.own = own
  }

  // MARK: - Taking

  /// Takes a lock.
  ///
  /// - Parameters:
  ///   - path: the lock's file, in a folder that exists.
  ///   - waits: whether to wait for a living holder.
  ///   - notice: told, once, for whom is being waited.
  /// - Returns: the lock, or `nil` if another process holds it and `waits` is false.
  /// - Throws: `InputError` if the file cannot be made.
  public static func take(
    _ path: String, waits: Bool = false, notice: (String) -> Void = { _ in }
  ) throws -> ProcessLock? {
    var isNoticed = false
    func say(_ text: String) {
      if !isNoticed { notice("\(path): \(text)") }
      isNoticed = true
    }
    let own = Holder(
      machine: machine, process: getpid(), start: startTime(of: getpid()), token: UUID().uuidString, beat: 0)
    while true {
      if try create(path, own) {
        let lock = ProcessLock(path: path, own: own)
        Heart.shared.add(lock)
        return lock
      }
      guard let text = content(path) else { continue }
      let holder = Holder(text)
      switch holder.map(life) ?? .unknown {
      case .gone: try clear(path, holding: text, own)
      case .living:
        guard waits else { return nil }
        say("waiting for \(holder?.description ?? "another process")")
        Thread.sleep(forTimeInterval: 0.2)
      case .unknown:
        say("held by \(holder?.description ?? "another process"); seeing whether it lives")
        if standsStill(path, at: text) {
          try clear(path, holding: text, own)
        } else if !waits, content(path) != nil {
          return nil
        }
      }
    }
  }

  /// Who holds a lock, if anyone who is not known to be gone does.
  ///
  /// Nothing is waited for: a process elsewhere counts as living if its file changed within the last minute.
  public static func holder(of path: String) -> Holder? {
    guard let text = content(path), let holder = Holder(text) else { return nil }
    switch life(of: holder) {
    case .living: return holder
    case .gone: return nil
    case .unknown:
      let changed = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
      return (changed.map { -$0.timeIntervalSinceNow < patience } ?? false) ? holder : nil
    }
  }

  /// Whether the lock is still this one's: another machine may have taken it while this process was asleep.
  ///
  /// - Throws: `InputError` if it is not.
  public func check() throws {
    guard let text = Self.content(path) else {
      throw InputError(at: path, "is gone", expected: "the folder to stay where it is while a run writes to it")
    }
    guard let holder = Holder(text), holder.token == own.token else {
      throw InputError(at: path, "is held by another process now", expected: "one process at a time")
    }
  }

  /// Gives the lock back.
  public func release() {
    Heart.shared.remove(self)
    isReleased.withLock { isReleased in
      guard !isReleased else { return }
      isReleased = true
      if let holder = Self.content(path).flatMap(Holder.init), holder.token == own.token { Files.remove(path) }
    }
  }

  /// Gives all locks of this process back: it is about to end.
  public static func releaseAll() {
    for lock in Heart.shared.all { lock.release() }
  }

  // MARK: - Files

  /// Makes the file with its content at once.
  ///
  /// - Returns: `false` if there is one.
  private static func create(_ path: String, _ holder: Holder) throws -> Bool {
    let beside = "\(path).\(holder.token)"
    let text = Array(holder.text.utf8)
    func write(to path: String, _ flags: Int32) throws {
      let file = try FileWriter(path, shownAs: path, flags)
      try text.withUnsafeBytes { try file.append($0) }
    }
    defer { Files.remove(beside) }
    do {
      try write(to: beside, O_WRONLY | O_CREAT | O_EXCL)
    } catch {
      throw InputError(at: path, "cannot be made (\(Files.systemError))", expected: "a folder that can be written")
    }
    if link(beside, path) == 0 { return true }
    switch errno {
    case EEXIST:
      // An answer that was lost on the network may hide that the link was made.
      var status = stat()
      return stat(beside, &status) == 0 && status.st_nlink == 2
    case EPERM, ENOTSUP, EOPNOTSUPP, ENOSYS, EMLINK:
      // No links here; a file that did not exist before is as good, but for being empty for a moment.
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor < 0, errno == EEXIST { return false }
      guard descriptor >= 0 else { throw Files.failure(path) }
      close(descriptor)
      try write(to: path, O_WRONLY)
      return true
    case let problem:
      errno = problem
      throw InputError(at: path, "cannot be made (\(Files.systemError))", expected: "a folder that can be written")
    }
  }

  /// Removes the file of a holder who is gone, unless somebody else has done so: one process at a time.
  private static func clear(_ path: String, holding text: String, _ own: Holder) throws {
    let marker = path + ".clearing"
    guard try create(marker, own) else {
      // Whoever clears takes no time over it, unless it was killed right then.
      if let holder = content(marker).flatMap(Holder.init), life(of: holder) == .gone { Files.remove(marker) }
      Thread.sleep(forTimeInterval: 0.05)
      return
    }
    if Holder(content(path) ?? "")?.token == Holder(text)?.token { Files.remove(path) }
    Files.remove(marker)
  }

  /// Watches a file.
  ///
  /// - Returns: whether it stays as it is until patience ends.
  private static func standsStill(_ path: String, at text: String) -> Bool {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < .seconds(patience) {
      Thread.sleep(forTimeInterval: 0.5)
      if content(path) != text { return false }
    }
    return true
  }

  /// The beginning of a file, read anew from wherever it lies.
  private static func content(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  /// Gives a sign of life.
  fileprivate func beat(_ count: Int) {
    isReleased.withLock { isReleased in
      guard !isReleased, (try? check()) != nil else { return }
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return }
      defer { close(descriptor) }
      let text = Array(Holder.text(ofBeat: count).utf8)
      _ = pwrite(descriptor, text, text.count, 0)
      fsync(descriptor)
    }
  }

  // MARK: - Processes

  private enum Life { case living, gone, unknown }

  private static func life(of holder: Holder) -> Life {
    guard holder.machine == machine else { return .unknown }
    guard kill(holder.process, 0) == 0 || errno == EPERM else { return .gone }
    return startTime(of: holder.process) == holder.start ? .living : .gone
  }

  /// Host, boot and process space: within one of these, process numbers mean the same.
  private static let machine: String = {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
    let space = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
    let parts = [host, String(boot.prefix(8)), space.filter(\.isNumber)]
    return parts.map { $0.filter { !$0.isWhitespace } }.joined(separator: "/")
  }()

  /// When a process started, in clock ticks since the boot; empty where the system does not tell.
  private static func startTime(of process: Int32) -> String {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return "-" }
    let fields = text[end...].split(separator: " ")
    // A zombie has ended.
    return fields.count > 20 && fields[1] != "Z" ? String(fields[20]) : "-"
  }
}

extension ProcessLock.Holder {
  /// The count has a fixed width, so that it can be written over.
  fileprivate static func text(ofBeat count: Int) -> String {
    let digits = String(count)
    return "beat " + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
  }

  fileprivate var text: String { "\(Self.text(ofBeat: beat)) \(machine) \(process) \(start) \(token)\n" }

  /// The holder that a file names; `nil` if it is no lock's.
  fileprivate init?(_ text: String) {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count == 6, words[0] == "beat", let beat = Int(words[1]), let process = Int32(words[3]), process > 0
    else { return nil }
    self.init(machine: words[2], process: process, start: words[4], token: words[5], beat: beat)
  }
}

/// The thread that gives signs of life for all locks of this process.
private final class Heart: Sendable {
  static let shared = Heart()

  /// Seconds between two signs of life.
  private static let interval = 5.0

  private let locks = Mutex<[ObjectIdentifier: ProcessLock]>([:])
  private let isStarted = Mutex(false)

  func add(_ lock: ProcessLock) {
    locks.withLock { $0[ObjectIdentifier(lock)] = lock }
    let isFirst = isStarted.withLock { isStarted in
      defer { isStarted = true }
      return !isStarted
    }
    guard isFirst else { return }
    let thread = Thread { [self] in
      var count = 0
      while true {
        Thread.sleep(forTimeInterval: Self.interval)
        count += 1
        for lock in all { lock.beat(count) }
      }
    }
    thread.name = "roformer-locks"
    thread.start()
  }

  var all: [ProcessLock] { locks.withLock { Array($0.values) } }

  func remove(_ lock: ProcessLock) {
    _ = locks.withLock { $0.removeValue(forKey: ObjectIdentifier(lock)) }
  }
}
