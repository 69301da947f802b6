import Foundation
import Testing

@testable import Checks

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct CheckReportTests {
  private let results = [
    CheckResult(
      name: "a", precision: .double, shapes: "3 → 3", worst: "", maxAbsoluteError: 0, maxRelativeError: 1e-9,
      tolerance: 1e-7, faults: []),
    CheckResult(
      name: "b<\"&>", precision: .float, shapes: "3 → 3", worst: "input 0 [2]", maxAbsoluteError: .infinity,
      maxRelativeError: .infinity, tolerance: 1e-7, faults: ["a second pass gave other bits"]),
  ]

  @Test func jsonHasTheAgreedKeys() throws {
    let text = try CheckReport.json(results)
    let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [[String: Any]]])
    let checks = try #require(object["checks"])
    #expect(checks.count == 2)
    for check in checks {
      let keys: Set = ["name", "precision", "maxAbsoluteError", "maxRelativeError", "tolerance", "passed"]
      #expect(Set(check.keys) == keys)
    }
    #expect(checks[0]["passed"] as? Bool == true)
    #expect(checks[0]["maxRelativeError"] as? Double == 1e-9)
    #expect(checks[1]["passed"] as? Bool == false)
    #expect(checks[1]["maxAbsoluteError"] is NSNull)
    #expect(checks[1]["precision"] as? String == "float")
  }

  @Test func junitNamesTheFailure() throws {
    final class Reader: NSObject, XMLParserDelegate {
      var elements: [(name: String, attributes: [String: String])] = []
      func parser(
        _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
        attributes: [String: String]
      ) {
        elements.append((name, attributes))
      }
    }
    let reader = Reader()
    let parser = XMLParser(data: Data(CheckReport.junit(results, seconds: [0.25, 0.5]).utf8))
    parser.delegate = reader
    #expect(parser.parse())
    #expect(reader.elements.map(\.name) == ["testsuites", "testsuite", "testcase", "testcase", "failure"])
    #expect(reader.elements[1].attributes["failures"] == "1")
    #expect(reader.elements[1].attributes["time"] == "0.750000")
    #expect(reader.elements[3].attributes["name"] == "b<\"&>")
    #expect(reader.elements[3].attributes["classname"] == "gradcheck.float")
    let message = try #require(reader.elements[4].attributes["message"])
    #expect(message.contains("input 0 [2]") && message.contains("other bits"))
  }
}
