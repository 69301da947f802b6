/// What draws the page's curves and listens to its controls: scripts of one idea each, in files of their own.
///
/// They are one script to the browser, in a scope of its own. It uses nothing but what browsers have had since 2020.
enum PageScript {
  /// The script's text.
  static var text: String {
    let parts = [
      numbers, data, settings, curves, scale, canvas, axes, lines, plot, cursor, controls, live, start,
    ]
    return "\"use strict\";\n{\n" + parts.joined(separator: "\n\n") + "\n}\n"
  }
}
