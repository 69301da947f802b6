import Curves
import Formats
import Platform

/// The numbers that the page's script draws, as JSON.
///
/// A stage has its arms, rates, seeds, measures, reference lines and runs; a run names them by their place in these lists,
/// and its columns by their place in the list that all stages share.
struct PageData {
  let stages: [ReportPage.Stage]
  let isRunning: Bool

  /// The text, on one line, which can stand in a `script` element.
  var json: String {
    var columns = PageColumns()
    let head = JSONValue(members: [
      ("isRunning", JSONValue(isRunning)), ("stages", JSONValue(.list(stages.map { value($0, &columns) }))),
    ])
    // Columns are many and plain: they are not worth a tree.
    let members = head.serialized(indentation: nil).escapedForScript.dropLast()
    return "\(members), \"columns\": [\(columns.texts.joined(separator: ",\n"))]}"
  }

  // MARK: - A stage

  private func value(_ stage: ReportPage.Stage, _ columns: inout PageColumns) -> JSONValue {
    let (study, runs) = (stage.analysis.study, stage.analysis.runs)
    let rates = Set(runs.map(\.cell.learningRate)).sorted()
    let seeds = Set(runs.map(\.cell.seed)).sorted()
    let measures = measures(of: stage.analysis)
    let ratePlaces = Dictionary(uniqueKeysWithValues: rates.enumerated().map { ($1, $0) })
    let seedPlaces = Dictionary(uniqueKeysWithValues: seeds.enumerated().map { ($1, $0) })
    let armPlaces = Dictionary(uniqueKeysWithValues: study.arms.enumerated().map { ($1.name, $0) })
    func place(of run: Run) -> [(String, Int?)] {
      [
        ("arm", armPlaces[run.cell.arm.name]), ("rate", ratePlaces[run.cell.learningRate]),
        ("seed", seedPlaces[run.cell.seed]),
      ]
    }
    let arms = zip(study.arms, ArmStyle.styles(of: study.arms)).map { arm, style in
      value(arm, style, bestRate: stage.analysis.bestRate(of: arm.name).flatMap { ratePlaces[$0] })
    }
    return JSONValue(members: [
      ("name", JSONValue(stage.name)),
      ("arms", JSONValue(.list(arms))),
      ("rates", JSONValue(.list(rates.map { JSONValue($0.shortText) }))),
      // As texts: a seed may be larger than JavaScript's whole numbers.
      ("seeds", JSONValue(.list(seeds.map { JSONValue(String($0)) }))),
      ("measures", JSONValue(.list(measures.map(value)))),
      ("lines", JSONValue(.list(ReferenceLine.lines(of: stage.analysis).map(value)))),
      ("runs", JSONValue(.list(runs.map { value($0, at: place(of: $0), measures, &columns) }))),
    ])
  }

  /// What runs are judged by, first, and what else was measured on held-out batches.
  private func measures(of analysis: Analysis) -> [Measure] {
    let others = Measure.all.filter { measure in
      measure.isHeldOut && measure != analysis.measure
        && analysis.runs.contains { $0.points.contains { $0[measure] != nil } }
    }
    return [analysis.measure] + others
  }

  private func value(_ arm: Study.Arm, _ style: ArmStyle, bestRate: Int?) -> JSONValue {
    JSONValue(members: [
      ("name", JSONValue(arm.name)), ("flopsPerToken", JSONValue(arm.flopsPerToken)), ("color", JSONValue(style.color)),
      ("dashes", JSONValue(.list(style.dashes.map { JSONValue($0) }))),
      ("bestRate", bestRate.map { JSONValue($0) } ?? JSONValue(.null)),
    ])
  }

  private func value(_ measure: Measure) -> JSONValue {
    JSONValue(members: [
      ("name", JSONValue(measure.name)), ("title", JSONValue(measure.title)), ("unit", JSONValue(measure.unit)),
      ("isLoss", JSONValue(measure.isLoss)),
    ])
  }

  private func value(_ line: ReferenceLine) -> JSONValue {
    JSONValue(members: [("name", JSONValue(line.name)), ("value", JSONValue(line.value))])
  }

  // MARK: - A run

  /// A run and the numbers of its columns, at its validations alone.
  private func value(
    _ run: Run, at place: [(String, Int?)], _ measures: [Measure], _ columns: inout PageColumns
  ) -> JSONValue {
    let points = run.points.filter { $0[measures[0]] != nil }
    let measured = measures.map { measure in
      JSONValue(columns.place(of: points.map { $0[measure] ?? .nan }, in: .hundredThousandth))
    }
    var members = place.map { ($0.0, JSONValue($0.1!)) }
    switch run.state {
    case .finished: members.append(("state", JSONValue("finished")))
    case .unfinished: members.append(("state", JSONValue("unfinished")))
    case .diverged(let step): members += [("state", JSONValue("diverged")), ("divergedAt", JSONValue(step))]
    }
    members += [
      ("steps", JSONValue(columns.place(of: points.map { Double($0.step) }, in: .whole))),
      ("tokens", JSONValue(columns.place(of: points.map { Double($0.tokens) }, in: .whole))),
      ("seconds", JSONValue(columns.place(of: points.map(\.elapsedSeconds), in: .hundredth))),
      ("measured", JSONValue(.list(measured))),
    ]
    return JSONValue(members: members)
  }
}

extension Measure {
  /// What the page calls it.
  fileprivate var title: String {
    switch self {
    case .validationLoss: "held-out loss"
    case .validationAccuracy: "held-out accuracy"
    default: name.split(separator: "_").joined(separator: " ")
    }
  }

  /// What its values count; empty where that goes without saying.
  fileprivate var unit: String { self == .validationLoss ? "nats per masked token" : "" }
}

extension String {
  /// JSON whose texts cannot end the `script` element around them, nor begin a comment there.
  fileprivate var escapedForScript: String {
    var result = ""
    for scalar in unicodeScalars {
      if scalar == "<" { result += "\\u003c" } else { result.unicodeScalars.append(scalar) }
    }
    return result
  }
}
