import Curves
import TestSupport
import Testing

@testable import Training

struct TargetStopTests {
  /// A curve of held-out losses, one every ten steps; `nil` where only the training loss was logged.
  private func curve(_ losses: [Double?]) -> [CurvePoint] {
    losses.enumerated().map { i, loss in
      var point = CurvePoint(step: 10 * i, tokens: 0, elapsedSeconds: 0)
      point[.validationLoss] = loss
      return point
    }
  }

  @Test(
    arguments: [
      // Two validations running confirm; one alone is noise.
      ([5, 3, 5, 3], 0, false), ([5, 3, 2], 0, true), ([5, 3, nil, 3], 0, true), ([5, 4, 4], 0, true),
      ([3, 3], 0, true), ([5, .nan, 3], 0, false),
      // It goes on after that, whatever the loss does then.
      ([5, 3, 3], 20, false), ([5, 3, 3, 3], 20, false), ([5, 3, 3, 6, 6], 20, true), ([5, 3, 3, nil, nil], 20, false),
    ] as [([Double?], Int, Bool)])
  func endsAfterAConfirmedTarget(losses: [Double?], extraSteps: Int, isOver: Bool) {
    #expect(TargetStop(target: 4, extraSteps: extraSteps).isOver(curve(losses)) == isOver)
  }

  /// A run that ends after its target: up to there the bits of one that goes on, its last step validated.
  @Test func aRunEndsAfterItsTarget() throws {
    let whole = try TrainingFixture.trainer(steps: 400)
    _ = try whole.run()
    let target = 2.5
    let stop = TargetStop(target: target, extraSteps: 10)
    let short = try TrainingFixture.trainer(steps: 400, stop: stop)
    #expect(try short.run() == .finished)
    #expect(short.step < 400)
    let shared = short.points.dropLast().map { $0 }
    #expect(shared.timeless == Array(whole.points.timeless.prefix(shared.count)))
    let losses = short.points.compactMap { point in point[.validationLoss].map { (point.step, $0) } }
    let confirmed = try #require(zip(losses, losses.dropFirst()).first { $0.1 <= target && $1.1 <= target }?.1.0)
    #expect(short.step == confirmed + 10)
    #expect(short.points.last?.step == short.step && short.points.last?[.validationLoss] != nil)
  }

  /// Interrupted anywhere, a run ends at the same step; with a lower target it goes on as if it had never ended.
  @Test func itGoesOnTowardsALowerTarget() throws {
    let folder = try TemporaryFolder()
    let files = CheckpointFiles(folder.path + "/checkpoint.safetensors")
    let (easy, hard) = (TargetStop(target: 2.8, extraSteps: 5), TargetStop(target: 2, extraSteps: 5))
    let reference = try TrainingFixture.trainer(steps: 400, stop: hard)
    _ = try reference.run()
    let first = try TrainingFixture.trainer(steps: 400, stop: easy, checkpoints: files)
    _ = try first.run()
    let again = try TrainingFixture.trainer(steps: 400, stop: easy, checkpoints: files)
    try again.resume()
    #expect(try again.run() == .finished)
    #expect(again.step == first.step)
    let second = try TrainingFixture.trainer(steps: 400, stop: hard, checkpoints: files)
    try second.resume()
    #expect(second.step == first.step && second.step < reference.step)
    #expect(try second.run() == .finished)
    #expect(second.points.timeless == reference.points.timeless)
    #expect(second.training.store.digest() == reference.training.store.digest())
  }
}
