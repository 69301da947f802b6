import TestSupport
import Testing

@testable import Curves

struct MeasureTests {
  @Test func noTwoMeasuresShareAColumn() {
    let columns = CurveFile.columns
    #expect(Set(columns).count == columns.count)
    for measure in Measure.all { #expect(Measure(named: measure.name) == measure) }
    #expect(Measure(named: "step") == nil)
  }

  @Test func theDirectionSaysWhatIsBetter() {
    #expect(Measure.validationLoss.reaches(3, 2.5) && Measure.validationLoss.reaches(3, 3))
    #expect(!Measure.validationLoss.reaches(3, 3.5) && !Measure.validationLoss.reaches(3, .nan))
    #expect(Measure.validationAccuracy.reaches(0.5, 0.75) && !Measure.validationAccuracy.reaches(0.5, 0.25))
    #expect(Measure.validationLoss.advantage(of: 2, over: 5) == 3)
    #expect(Measure.validationAccuracy.advantage(of: 0.25, over: 0.75) == -0.5)
  }

  @Test func onlyALossThatIsNotFiniteIsADivergence() {
    for measure in Measure.all {
      let point = CurvePoint(step: 1, tokens: 1, elapsedSeconds: 0, measured: [measure: .infinity])
      #expect(point.hasDiverged == measure.isLoss)
    }
    #expect(!CurvePoint(step: 1, tokens: 1, elapsedSeconds: 0, measured: [.trainingLoss: 3]).hasDiverged)
  }

  /// A file of before a measure joined the list lacks its column and nothing else.
  @Test func filesWithFewerMeasuresOpen() throws {
    let text = """
      \(CurveFile.placeColumns.joined(separator: ",")),validation_accuracy,learning_rate
      x,a,rotary,0.001,2,10,20480,1,0.25,
      """
    let row = try #require(try CurveFile.rows(of: text, source: "f").first)
    #expect(row.point.measured == [.validationAccuracy: 0.25])
    for columns in ["validation_accuracy,validation_accuracy", "validation_accuracy,surprise"] {
      let header = "\(CurveFile.placeColumns.joined(separator: ",")),\(columns)\n"
      #expect(performing { _ = try CurveFile.rows(of: header, source: "f") }.hasPrefix("f:1: not the header"))
    }
  }
}
