import Foundation
import Synchronization

/// What happens when a person or a scheduler asks the program to stop (SIGINT, SIGTERM, SIGUSR1).
///
/// A thread of its own waits for the signals, so that nobody who computes has to look out for them: what is to be saved
/// is saved from there, however long the step, the validation or the tokenizing takes that is under way.
public enum Interruption {
  /// How a program ends that handled the signal (`EX_TEMPFAIL`): the same command goes on.
  public static let exitCode: Int32 = 75

  private static let handler = Mutex<(@Sendable () -> Void)?>(nil)

  /// Listens from now on, in this thread and those started later.
  ///
  /// The first signal calls what `handle` was given; a second SIGINT ends the program at once. Where nothing was given,
  /// nothing can be resumed, and the program ends as the signal's default is.
  public static func listen() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGUSR1] {
      sigaddset(&signals, number)
      // A shell makes what it starts in the background deaf to SIGINT.
      signal(number, SIG_DFL)
    }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let awaited = signals
    let thread = Thread {
      var isFirst = true
      while true {
        var signals = awaited
        var number: Int32 = 0
        guard sigwait(&signals, &number) == 0 else { continue }
        if isFirst {
          guard let body = handler.withLock({ $0 }) else { end(by: number) }
          isFirst = false
          // A thread of its own, so that this one hears the second signal.
          Thread.detachNewThread {
            body()
            _exit(exitCode)
          }
        } else if number == SIGINT {
          _exit(exitCode)
        }
      }
    }
    thread.name = "roformer-signals"
    thread.start()
  }

  /// Sets what the first signal calls, on a thread of its own, before the program ends.
  public static func handle(_ body: @escaping @Sendable () -> Void) {
    handler.withLock { $0 = body }
  }

  /// Ends as a program that never listened, so that a shell sees the signal: 130 for SIGINT.
  private static func end(by number: Int32) -> Never {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(number)
    _exit(128 + number)
  }
}
