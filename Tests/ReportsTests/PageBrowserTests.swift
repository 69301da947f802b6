import Curves
import Foundation
import Testing

@testable import Reports

/// `report.html` in a browser, where one is installed: every control, the value under the pointer, keys, reloads.
@Suite(
  .serialized,
  .enabled(if: PageBrowser.installed != nil, "no chromium, chromium-browser, google-chrome or chrome opens a page"))
struct PageBrowserTests {
  private let browser = PageBrowser.installed!

  /// Two arms at two rates, three seeds: every kind of control is there.
  private func analysis() -> Analysis {
    let study = study { ($0.learningRates, $0.seeds) = ([1e-3, 2e-3], [0, 1, 2]) }
    var rows = rows(study, slopes: ["slow": 0.625, "fast": 1.25])
    for i in rows.indices {
      // Seeds and rates differ, so that hiding one changes the picture.
      let nudge = 0.05 * Double(rows[i].seed) + 100 * rows[i].point.step.asShare * rows[i].learningRatePeak
      rows[i].point[.validationLoss]! += nudge
      rows[i].point[.validationAccuracy] = 0.1 + 0.001 * Double(rows[i].point.step)
      // Arms take unlike time, so that axes do not merely have other labels.
      if rows[i].arm == "fast" { rows[i].point.elapsedSeconds *= 1.5 }
    }
    return Analysis(study: study, rows: rows)
  }

  private var stages: ReportPage {
    let study = study { $0.learningRates = [1e-3] }
    let tuning = Analysis(study: study, rows: rows(study, slopes: ["slow": 1, "fast": 0.5]))
    return ReportPage(stages: [("evaluation", analysis()), ("tuning", tuning)], isRunning: false)
  }

  private func values(_ name: String, _ reports: PageBrowser.Reports) -> [String] {
    reports.filter { $0.name == name }.map(\.value)
  }

  /// Each control is clicked, and clicked back; the picture changes, and is what it was.
  @Test(arguments: [1100, 400]) func everyControlChangesThePicture(width: Int) throws {
    let reports = try browser.drive(
      stages.html,
      with: """
        const picture = () => document.getElementById("curves").toDataURL();
        const form = document.getElementById("explorer");
        // So that every rate is drawn.
        document.getElementById("best-on").click();
        const original = picture();
        const ids = [...form.querySelectorAll("input")].filter((input) => !input.closest("[hidden]") && !input.checked ||
          input.type === "checkbox" && !input.closest("[hidden]")).map((input) => input.id);
        for (const id of ids) {
          const input = document.getElementById(id);
          const before = [...form.querySelectorAll(`input[name="${input.name}"]:checked`)].map((input) => input.id);
          input.click();
          report("changed", [id, picture() !== original]);
          // Stages make other controls, so that the one to go back to is looked for anew.
          document.getElementById(input.type === "radio" ? before[0] : id).click();
          report("back", [id, picture() === original]);
        }
        document.getElementById("seeds-none").click();
        report("changed", ["seeds-none", picture() !== original]);
        document.getElementById("seeds-all").click();
        report("back", ["seeds-all", picture() === original]);
        report("labels", [...form.querySelectorAll("input")].every((input) => input.labels.length === 1));
        report("overflow", document.documentElement.scrollWidth - document.documentElement.clientWidth);
        """, width: width)
    #expect(values("error", reports) == [])
    let changed = values("changed", reports)
    for id in [
      "across-tokens", "across-seconds", "across-flops", "acrossLog-on", "measure-validation_accuracy", "upLog-on",
      "lines-on", "thin-on", "best-on", "stage-tuning", "arm-fast", "arm-slow", "rate-0.001", "rate-0.002", "seed-0",
      "seed-2",
      "seeds-none",
    ] {
      #expect(changed.contains("[\"\(id)\",true]"), "\(id): \(changed)")
    }
    #expect(changed.filter { !$0.hasSuffix("true]") } == [])
    #expect(values("back", reports).filter { !$0.hasSuffix("true]") } == [])
    #expect(values("labels", reports) == ["true"])
    #expect(values("overflow", reports) == ["0"], "wider than its window of \(width) pixels")
  }

  @Test func thePointerAndTheKeysReadValues() throws {
    let study = study()
    var rows = rows(study, slopes: ["slow": 0.625, "fast": 1.25])
    for i in rows.indices where rows[i].arm == "fast" {
      rows[i].point[.validationAccuracy] = 0.1 + 0.002 * Double(rows[i].point.step)
    }
    let reports = try browser.drive(
      ReportPage(analysis: Analysis(study: study, rows: rows), isRunning: false).html,
      with: """
        const box = document.getElementById("canvases");
        const words = () => document.getElementById("readout").textContent;
        const bounds = box.getBoundingClientRect();
        const point = (type, x, y) => box.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: y, bubbles: true }));
        const press = (key) => box.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        point("pointermove", bounds.right, bounds.bottom);
        report("pointer", words());
        point("pointerleave", bounds.right, bounds.bottom);
        report("left", words());
        box.focus();
        report("focus", document.activeElement === box);
        for (const keys of ["ArrowRight End", "ArrowUp ArrowUp ArrowUp ArrowUp ArrowUp ArrowUp", "ArrowLeft", "Home", "Escape"]) {
          for (const key of keys.split(" ")) press(key);
          report("key", words());
        }
        report("tab", press("Tab"));
        document.getElementById("measure-validation_accuracy").click();
        const { right, top } = box.getBoundingClientRect();
        point("pointermove", right, top);
        report("accuracy", words());
        """)
    #expect(values("error", reports) == [])
    #expect(
      values("pointer", reports) == [
        "\"fast, rate 0.001, mean of 2 seeds: held-out loss 1.0000 at step 400, 3.2k tokens, 4 seconds, 8G FLOPs\""
      ])
    #expect(values("left", reports) == ["\"\""])
    #expect(values("focus", reports) == ["true"])
    let keys = values("key", reports)
    #expect(keys.count == 5)
    #expect(keys[0].contains(" at step 400,"))
    #expect(keys[1].contains("slow, ") && keys[1].contains("held-out loss 3.5000 at step 400,"))
    #expect(keys[2].contains("slow, ") && keys[2].contains("held-out loss 3.8125 at step 350,"))
    #expect(keys[3].contains("held-out loss 6.0000 at step 0,"))
    #expect(keys[4] == "\"\"")
    #expect(values("tab", reports) == ["true"], "Tab must lead out of the plot")
    // The whole rise is in sight: no value of an accuracy is taken for one that blew up.
    let isAtTheTop = "fast, rate 0.001, mean of 2 seeds: held-out accuracy 0.9000 at step 400,"
    #expect(values("accuracy", reports).first?.contains(isAtTheTop) == true)
  }

  /// Sets everything, lets the page load itself again, and looks whether it came back as it was.
  private static let reloading = """
    const digest = (text) => [...text].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) % 1e9, 7);
    const state = () => {
      const inputs = [...document.querySelectorAll("#explorer input")].filter((input) => input.name !== "paused");
      return {
        inputs: inputs.filter((input) => input.checked).map((input) => input.id),
        pictures: ["curves", "cursor"].map((id) => digest(document.getElementById(id).toDataURL())),
        words: document.getElementById("readout").textContent,
        focus: document.activeElement.id, scroll: scrollY,
      };
    };
    if (location.hash.includes("across=")) {
      report("after", state());
      document.getElementById("paused-on").click();
    } else {
      for (const id of ["across-flops", "acrossLog-on", "upLog-on", "thin-on", "arm-slow", "seed-1"]) {
        document.getElementById(id).click();
      }
      const box = document.getElementById("canvases");
      box.focus();
      for (const key of ["ArrowLeft", "ArrowRight", "ArrowRight"]) {
        box.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      }
      scrollTo(0, 300);
      report("before", state());
    }
    """

  @Test func aRunningPageRefreshesAndKeepsItsSettings() throws {
    let page = ReportPage(analysis: analysis(), isRunning: true).html
    let reports = try browser.drive(page, with: Self.reloading)
    #expect(values("error", reports) == [])
    let (before, after) = (values("before", reports), values("after", reports))
    #expect(before.count == 1)
    #expect(before == after)
    #expect(after.first?.contains("\"focus\":\"canvases\",\"scroll\":300") == true)
    let paused = try browser.drive(page, with: Self.reloading, hash: "#paused=on")
    #expect(values("before", paused).count == 1 && values("after", paused) == [], "paused")
  }

  /// What a page says of its runs at each load.
  private static let state = """
    const shown = [...document.querySelectorAll("#live > *")].filter((part) => !part.hidden);
    report("load", shown.map((part) => part.textContent.trim()).join(" "));
    """

  /// A run that was ended by a signal leaves a page that says it is running.
  @Test func aPageWithoutNewsStopsRefreshing() throws {
    let page = ReportPage(analysis: analysis(), isRunning: true).html
    let (fresh, silent) = ("Running: refreshes by itself", "No news for 30 minutes: the run may have ended.")
    func loads(age: Int, seconds: Int) throws -> [String] {
      let reports = try browser.drive(page, with: Self.state, seconds: seconds, age: age)
      #expect(values("error", reports) == [])
      return values("load", reports)
    }
    let old = try loads(age: 31 * 60, seconds: 20)
    let text = try #require(old.first)
    #expect(old.count == 1 && text.hasPrefix("\"" + silent), "\(old)")
    #expect(text.contains("(written at 20") && text.hasSuffix("12 of 12 runs are over)\""), "\(old)")
    // One that is open goes on until the time is over, and no longer.
    let open = try loads(age: 29 * 60, seconds: 120)
    #expect((2...14).contains(open.count), "\(open.count) loads")
    #expect(open.dropLast().allSatisfy { $0.hasPrefix("\"" + fresh) && $0.hasSuffix(" pause\"") }, "\(open)")
    #expect(open.last?.hasPrefix("\"" + silent) == true, "\(open)")
    let young = try loads(age: 60, seconds: 20)
    #expect(young.count >= 3 && young.allSatisfy { $0.hasPrefix("\"" + fresh) }, "\(young)")
  }

  /// In a narrow window the speed-up is in sight without scrolling anything sideways.
  @Test(arguments: [360, 400, 1100]) func theSpeedUpIsInSight(width: Int) throws {
    let study = study { study in
      study.arms = [
        .init("learned", "learned"), .init("sinusoidal-scaled", "sinusoidal"), .init("rotary", "rotary"),
        .init("rotary-pre-partial", "rotary"),
      ]
      (study.baselines, study.targetLosses) = (["learned", "sinusoidal-scaled"], [4, 3])
      study.seeds = [0, 1, 2]
    }
    let slopes = ["learned": 0.2, "sinusoidal-scaled": 0.8]
    let page = ReportPage(
      analysis: ReportsTests.analysis(study) { (slopes[$0.arm.name] ?? 1.4) * (1 + 0.1 * Double($0.seed)) },
      isRunning: false)
    let reports = try browser.drive(
      page.html,
      with: """
        for (const head of document.querySelectorAll("thead th")) {
          if (!head.textContent.startsWith("speed-up")) continue;
          const box = head.closest(".scroll");
          const cells = [...box.querySelectorAll("tr")].map((row) => row.children[head.cellIndex]);
          const limit = Math.min(box.getBoundingClientRect().right, document.documentElement.clientWidth);
          report("right", cells.every((cell) => cell.getBoundingClientRect().right <= limit + 0.5));
          report("whole", cells.every((cell) => cell.scrollWidth <= cell.clientWidth));
          report("left", cells.every((cell) => cell.getBoundingClientRect().left >= 0));
        }
        report("overflow", document.documentElement.scrollWidth - document.documentElement.clientWidth);
        """, width: width)
    #expect(values("error", reports) == [])
    for name in ["right", "whole", "left"] {
      #expect(values(name, reports) == ["true", "true"], "\(name) at \(width) pixels")
    }
    #expect(values("overflow", reports) == ["0"])
  }

  @Test func aFinishedPageStays() throws {
    let reports = try browser.drive(ReportPage(analysis: analysis(), isRunning: false).html, with: Self.reloading)
    #expect(values("before", reports).count == 1 && values("after", reports) == [])
  }

  /// A page of an experiment that has just begun, and one of runs that all diverged at once.
  @Test func aPageWithoutCurvesSaysSo() throws {
    let study = study { $0.targetLosses = [] }
    var diverged = rows(study, slopes: [:])
    for i in diverged.indices { diverged[i].point[.validationLoss] = .nan }
    for rows in [[], diverged] {
      let page = ReportPage(analysis: Analysis(study: study, rows: rows), isRunning: false)
      let reports = try browser.drive(
        page.html,
        with: """
          const box = document.getElementById("canvases");
          box.focus();
          for (const key of ["ArrowLeft", "ArrowUp", "End"]) box.dispatchEvent(new KeyboardEvent("keydown", { key }));
          box.dispatchEvent(new PointerEvent("pointermove", { clientX: 300, clientY: 300 }));
          for (const input of document.querySelectorAll("#explorer input")) input.click();
          report("words", document.getElementById("readout").textContent);
          """)
      #expect(values("error", reports) == [])
      #expect(values("words", reports) == ["\"\""])
    }
  }

  /// A page of 252 runs of 600 validations is drawn in time.
  @Test func aLargeStudyOpensQuickly() throws {
    let html = ReportPage(analysis: Self.large(), isRunning: false).html
    let probe = """
      <script>
      const { startTime } = performance.getEntriesByName("drawn")[0];
      document.body.append(`drawn after ${Math.round(startTime)} ms.`);
      </script></body>
      """
    let page = html.replacing("</body>", with: probe)
    let dump = try browser.dump(["report.html": page], opening: "report.html")
    let text = try #require(dump.components(separatedBy: "drawn after ").last?.components(separatedBy: " ms.").first)
    let time = try #require(Int(text))
    print("report.html of 252 runs and \(html.utf8.count / 1000) kB was drawn after \(time) ms (wanted: 2000)")
    #expect(time < 10_000)
    #expect(html.utf8.count < 4_000_000)
  }

  /// Six arms at six rates with seven seeds, validated 600 times.
  private static func large() -> Analysis {
    let study = study { study in
      let arm = study.arms[0]
      study.arms = (0..<6).map { i in
        .init(name: "arm\(i)", position: arm.position, steps: 30_000, flopsPerToken: 1e9, parameterCount: 1)
      }
      study.baselines = ["arm0"]
      (study.learningRates, study.seeds) = ((1...6).map { 1e-4 * Double($0) }, Array(0..<7))
    }
    var random = SeededRandom(state: 1)
    let rows = study.cells.flatMap { cell in
      (0...600).map { i in
        var point = CurvePoint(step: 50 * i, tokens: 50 * i * 4096, elapsedSeconds: 1.7 * Double(i))
        point[.validationLoss] = 2 + 6 / (1 + 0.02 * Double(i)) + Double.random(in: -0.1...0.1, using: &random)
        return CurveRow(
          experiment: study.name, arm: cell.arm.name, position: cell.arm.position,
          learningRatePeak: cell.learningRate, seed: cell.seed, point: point)
      }
    }
    return Analysis(study: study, rows: rows)
  }
}

/// Numbers that scatter, the same every time.
private struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}

extension Int {
  /// A step as a share of the 400 that the fixture's runs have.
  fileprivate var asShare: Double { Double(self) / 400 }
}
