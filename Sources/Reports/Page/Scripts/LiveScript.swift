extension PageScript {
  /// While runs go on, the page loads itself again, and comes back as it was left.
  ///
  /// A run that was ended by a signal leaves a page behind that says it is running. So a page whose file is old loads
  /// itself no more, and says so.
  ///
  /// A page from `file://` may not fetch its own file, so it is the whole page that is loaded again. Focus and place are
  /// kept in the settings for that moment alone.
  static let live = #"""
    // MARK: Refreshing

    const refreshInterval = 5000;
    /** How long a reader must have left the page alone, in milliseconds. */
    const restBeforeRefresh = 2000;
    /** How old the page's file may be while it still looks for news, in milliseconds. */
    const patience = 30 * 60 * 1000;

    /** A day by the reader's clock: `2026-11-30`. */
    function day(date) {
      const [month, ofMonth] = [date.getMonth() + 1, date.getDate()].map((number) => String(number).padStart(2, "0"));
      return `${date.getFullYear()}-${month}-${ofMonth}`;
    }

    class Refreshing {
      constructor(settings) {
        this.settings = settings;
        this.lastTouch = -Infinity;
        this.isPressed = false;
        for (const type of ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"]) {
          addEventListener(type, () => { this.lastTouch = performance.now(); }, { passive: true });
        }
        addEventListener("pointerdown", () => { this.isPressed = true; });
        for (const type of ["pointerup", "pointercancel", "blur"]) {
          addEventListener(type, () => { this.isPressed = false; });
        }
      }

      /** Says how far the runs are, and waits for the next time, unless the last news is too old. */
      begin(runs) {
        const written = new Date(document.lastModified);
        const isOld = Date.now() - written >= patience;
        const time = written.toTimeString().slice(0, 8);
        const left = runs.filter((run) => run.state === "unfinished").length;
        document.getElementById("written").textContent =
          `(written at ${isOld ? `${day(written)} ` : ""}${time}; ${runs.length - left} of ${runs.length} runs are over)`;
        document.getElementById("running").hidden = isOld;
        document.getElementById("silent").hidden = !isOld;
        document.getElementById("pause").hidden = isOld;
        document.getElementById("live").hidden = false;
        if (!isOld) setTimeout(() => this.refresh(), refreshInterval);
      }

      /** Whether a reload would disturb: something is pressed or selected, or the reader was active just now. */
      get isDisturbing() {
        const isActive = performance.now() - this.lastTouch < restBeforeRefresh;
        return this.isPressed || isActive || !getSelection().isCollapsed;
      }

      refresh() {
        if (this.settings.isOn("paused") || document.hidden || this.isDisturbing) {
          setTimeout(() => this.refresh(), 1000);
          return;
        }
        this.settings.set("focus", document.activeElement?.id ?? "");
        this.settings.set("scroll", String(Math.round(scrollY)));
        this.settings.writeNow();
        location.reload();
      }

      /** Puts focus and place back after a reload. */
      comeBack() {
        const [focus, scroll] = [this.settings.get("focus"), this.settings.get("scroll")];
        if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
        if (scroll) scrollTo({ top: Number(scroll), behavior: "instant" });
        this.settings.set("focus", "");
        this.settings.set("scroll", "");
      }
    }
    """#
}
