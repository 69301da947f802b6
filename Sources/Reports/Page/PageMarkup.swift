import Formats

/// The page's elements: what is above the plot, the plot with its controls, and the summaries of the stages below.
///
/// Controls that depend on the data (arms, rates, seeds, measures, stages) are made by `PageScript`. Without a script the
/// plot stays hidden, and everything in words and tables is there.
struct PageMarkup {
  /// The experiment's name.
  let title: String
  /// What is compared, and why; may be empty.
  let description: String
  /// What is to read below the plot, as HTML, a stage each.
  let summaries: [(name: String, html: String)]
  /// The numbers, as JSON that can stand in a `script` element.
  let data: String

  /// The whole file.
  ///
  /// The policy in its head makes a browser refuse whatever would come from a network.
  var document: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
    <link rel="icon" href="data:,">
    <title>\(title.escapedForXML)</title>
    <style>
    \(PageStyle.css)</style>
    </head>
    <body>
    <header>
    <h1>\(title.escapedForXML)</h1>
    \(description.isEmpty ? "" : "<p>\(MarkdownHTML.inline(description[...]))</p>")
    </header>
    <noscript><p>The plot needs JavaScript. The tables below do without.</p></noscript>
    <main>
    \(Self.explorer)
    \(summaries.map(section).joined(separator: "\n"))
    </main>
    <script type="application/json" id="data">\(data)</script>
    <script>
    \(PageScript.text)</script>
    </body>
    </html>

    """
  }

  private func section(_ name: String, _ html: String) -> String {
    let heading = summaries.count > 1 ? "<h2 class=\"stage\">Stage: \(name.escapedForXML)</h2>\n" : ""
    return "<section data-stage=\"\(name.escapedForXML)\">\n\(heading)\(html)\n</section>"
  }

  /// The plot and its controls.
  ///
  /// What folds in a narrow window is in the `details` element; the arms stay in sight, since they are the legend.
  private static let explorer = #"""
    <form id="explorer" autocomplete="off" hidden>
    <p id="live" hidden>
      <strong id="running">Running: refreshes by itself</strong>
      <strong id="silent" hidden>No news for 30 minutes: the run may have ended. Load the page again to look.</strong>
      <span id="written"></span>
      <label id="pause"><input type="checkbox" name="paused"> pause</label>
    </p>
    <fieldset id="stages" class="row" hidden><legend>Stage</legend></fieldset>
    <details id="settings">
      <summary>Settings</summary>
      <fieldset class="row"><legend>Across</legend>
        <label><input type="radio" name="across" value="steps"> steps</label>
        <label><input type="radio" name="across" value="tokens"> tokens</label>
        <label><input type="radio" name="across" value="seconds"> seconds</label>
        <label><input type="radio" name="across" value="flops"> FLOPs</label>
        <label><input type="checkbox" name="acrossLog"> logarithmic</label>
      </fieldset>
      <fieldset id="measures" class="row"><legend>Up</legend>
        <label><input type="checkbox" name="upLog"> logarithmic</label>
      </fieldset>
      <fieldset class="row"><legend>Lines</legend>
        <label><input type="checkbox" name="lines"> targets and references</label>
        <label><input type="checkbox" name="thin"> each seed, thin</label>
        <label id="best"><input type="checkbox" name="best"> only each arm's best rate</label>
      </fieldset>
      <fieldset id="rates" class="row"><legend>Rates (low: pale)</legend></fieldset>
      <fieldset id="seeds" class="row"><legend>Seeds</legend></fieldset>
    </details>
    <div id="plot">
      <div id="canvases" tabindex="0" role="application" aria-label="Learning curves" aria-describedby="keys">
        <canvas id="curves"></canvas>
        <canvas id="cursor"></canvas>
      </div>
      <div id="words">
        <output id="readout" aria-live="polite"></output>
        <p id="keys">Move the pointer over the plot, or focus it: ← and → move along a curve, ↑ and ↓ go to the next one,
          Home and End go to its ends, Escape leaves it.</p>
      </div>
    </div>
    <fieldset id="arms"><legend>Arms</legend></fieldset>
    </form>
    """#
}
