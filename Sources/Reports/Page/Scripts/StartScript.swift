extension PageScript {
  /// Puts the parts together.
  static let start = #"""
    // MARK: Start

    const byId = (id) => document.getElementById(id);
    const data = readData();
    const settings = new Settings();
    const plot = new Plot(byId("curves"));
    const places = { box: byId("canvases"), canvas: byId("cursor"), readout: byId("readout"), help: byId("keys") };
    const cursor = new Cursor(places, plot, settings);
    const controls = new Controls(byId("explorer"), data, settings, redraw);
    const refreshing = new Refreshing(settings);

    function redraw() {
      plot.draw(controls.stage, settings);
      cursor.restore(controls.stage);
    }

    byId("explorer").hidden = false;
    if (data.isRunning) refreshing.begin(data.stages.flatMap((stage) => stage.runs));
    controls.fill();
    redraw();
    refreshing.comeBack();
    performance.mark("drawn");

    let drawnWidth = byId("canvases").clientWidth;
    new ResizeObserver(() => {
      const width = byId("canvases").clientWidth;
      if (width !== drawnWidth) redraw();
      drawnWidth = width;
    }).observe(byId("canvases"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    // Another address behind "#", as one that was sent by somebody.
    addEventListener("hashchange", () => location.reload());
    """#
}
