import Formats
import Platform
import Testing

struct XMLTextTests {
  @Test func whatXMLReservesOrCannotHoldIsReplaced() {
    #expect("a<b>&\"c\"".escapedForXML == "a&lt;b&gt;&amp;&quot;c&quot;")
    #expect("1\u{0}2\n3\u{1F}4\u{FFFE}5\u{FFFF}6".escapedForXML == "1 2 3 4 5 6")
    #expect("θ ≤ 1'000 \u{1F600}e\u{301}".escapedForXML == "θ ≤ 1'000 \u{1F600}e\u{301}")
  }
}
