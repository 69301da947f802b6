import Foundation
import Platform
import TestSupport
import Testing

@testable import roformer

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct PositionsCommandTests {
  private func pictures(_ model: String) throws -> [String: String] {
    let folder = try TemporaryFolder()
    let ending = Ending("positions", PackageFile.fixture("huggingface/" + model), "--out", folder.path + "/new")
    #expect(ending.code == 0, "\(ending.errors)")
    var pictures: [String: String] = [:]
    for path in ending.output.split(separator: "\n").map(String.init) {
      let text = try Files.readText(path, as: "picture")
      #expect(XMLParser(data: Data(text.utf8)).parse() && text.hasSuffix("</svg>\n"), "\(path)")
      pictures[(path as NSString).lastPathComponent] = text
    }
    return pictures
  }

  @Test func learnedTablesAreDrawnWithTheirSimilarity() throws {
    let pictures = try pictures("bert")
    #expect(pictures.keys.sorted() == ["learned-bert.svg", "rotary-decay.svg", "sinusoids.svg"])
    let learned = try #require(pictures["learned-bert.svg"])
    #expect(learned.contains("Learned positions of bert") && learned.contains("cosine of the angle between"))
    // The diagonal has the strongest red: 20 positions, none of which can join its neighbours.
    let red = learned.split(separator: "\n").filter { $0.contains("<path") && $0.contains("fill=\"#d55e00\"") }
    #expect(red.contains { $0.components(separatedBy: "z").count - 1 >= 20 })
    #expect(pictures["rotary-decay.svg"]?.contains("as in the paper: head size 8, θ 10000") == true)
    #expect(pictures["sinusoids.svg"]?.contains("width 24") == true)
  }

  @Test func rotaryModelsGiveTheirDecay() throws {
    let pictures = try pictures("roformer")
    #expect(pictures.keys.sorted() == ["rotary-decay.svg", "sinusoids.svg"])
    #expect(pictures["rotary-decay.svg"]?.contains("roformer: head size 8, θ 10000") == true)
    #expect(pictures["sinusoids.svg"]?.contains("width 16") == true)
  }

  @Test func whatHasNoModelIsRefused() throws {
    let folder = try TemporaryFolder()
    let ending = Ending("positions", folder.path)
    #expect(ending.code == 2 && ending.errors.contains("holds no model"))
  }
}
