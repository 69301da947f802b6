import Foundation
import Synchronization

/// Whether the person or the scheduler asked the program to save and stop (SIGINT, SIGTERM, SIGUSR1).
public enum Interruption {
  private static let requests = Atomic<Int>(0)

  /// Listens from now on; a second SIGINT ends the program at once.
  public static func listen() {
    for number in [SIGINT, SIGTERM, SIGUSR1] {
      signal(number) { received in
        let earlier = Interruption.requests.add(1, ordering: .relaxed).oldValue
        if received == SIGINT && earlier > 0 { _exit(75) }
      }
    }
  }

  /// Whether a signal has come since `listen()`.
  public static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }
}
