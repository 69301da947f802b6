import Formats
import TestSupport
import Testing

@testable import Platform

struct JSONTests {
  @Test(arguments: [
    ("{\n\"a\": 1,\n\"a\": 2}", #"f:3: key "a" is given twice (first in line 2)"#),
    ("{\"a\": 1,}", "f:1: not JSON: found '}'; expected a key in double quotes"),
    ("[1 2]", "f:1: not JSON: found '2'; expected a comma or ] after a list's value"),
    ("[1,\n\n tru]", "f:3: not JSON: found 't'; expected a value"),
    ("{\"a\" 1}", "f:1: not JSON: found '1'; expected a colon after \"a\""),
    ("\"a\nb\"", "f:1: not JSON: found the end of the line; expected the end of a string"),
    ("[01]", "f:1: not JSON: found '1'; expected a comma"),
    ("-", "f:1: the text ends too soon; expected a digit"),
    ("[NaN]", "f:1: not JSON: found 'N'; expected a value"),
    ("{} x", "f:1: not JSON: found 'x'; expected the end of the file"),
    (#""\ud800""#, "f:1: not JSON"), (#""\u12""#, "f:1: not JSON"), (#""\q""#, "f:1: not JSON"),
    ("", "f:1: the text ends too soon"),
  ])
  func faultsNameTheirLine(text: String, start: String) {
    #expect(performing { _ = try JSONValue.parse(text, source: "f") }.hasPrefix(start))
  }

  @Test func deepNestingIsRefused() {
    for opening in ["[", "{\"a\":"] {
      let text = String(repeating: opening, count: 200_000)
      #expect(performing { _ = try JSONValue.parse(text, source: "f") } == "f:1: nested more than 64 levels deep")
    }
  }

  @Test func numbersBeyondRangeAreNoNumbers() throws {
    let values = try JSONValue.parse("[1e400, -1e400, 99999999999999999999, 1e3, 1.5, 1e18]", source: "f").list!
    #expect(values.map(\.number) == [nil, nil, 1e20, 1000, 1.5, 1e18])
    #expect(values.map(\.integer) == [nil, nil, nil, 1000, nil, nil])
  }

  @Test func textsSurviveWriting() throws {
    let text = #"{"a\n\"\\": ["\u00e9\ud83d\ude00\u0001/", true, null, -0.5e-3], "b": {}}"#
    let value = try JSONValue.parse(text, source: "f")
    #expect(value.members?[0].key == "a\n\"\\")
    #expect(value.members?[0].value.list?[0].text == "é😀\u{1}/")
    for indentation in [nil, 0] {
      #expect(try JSONValue.parse(value.serialized(indentation: indentation), source: "g") == value)
    }
  }

  @Test func numbersHaveTheirShortestText() {
    #expect([0.1, 1e-5, 4, 1e21, -2.5, 0].map(\.shortText) == ["0.1", "1e-05", "4", "1e+21", "-2.5", "0"])
  }
}
