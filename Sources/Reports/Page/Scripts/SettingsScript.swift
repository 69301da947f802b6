extension PageScript {
  /// What the reader has chosen: kept in the address, behind `#`, which outlasts a reload and can be sent to others.
  ///
  /// Only what differs from the default is written there. An address with a name or a value that the page does not know
  /// is read as far as it can be.
  static let settings = #"""
    // MARK: Settings

    class Settings {
      static defaults = {
        stage: "", across: "steps", acrossLog: "", measure: "", upLog: "", lines: "on", thin: "on", best: "on",
        paused: "", folded: "", curve: "", at: "", focus: "", scroll: "",
      };

      constructor() {
        this.values = { ...Settings.defaults };
        // What is hidden, as "arm none", "rate 0.001" and "seed 3": labels, since every stage has its own lists.
        this.hidden = new Set();
        for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
          if (name === "hide") this.hidden.add(value);
          else if (name in this.values) this.values[name] = value;
        }
      }

      get(name) {
        return this.values[name];
      }

      isOn(name) {
        return this.values[name] === "on";
      }

      set(name, value) {
        this.values[name] = value === true ? "on" : value === false ? "" : value;
        this.write();
      }

      isShown(kind, label) {
        return !this.hidden.has(`${kind} ${label}`);
      }

      show(kind, label, isShown) {
        if (isShown) this.hidden.delete(`${kind} ${label}`);
        else this.hidden.add(`${kind} ${label}`);
        this.write();
      }

      /** Writes soon: browsers refuse an address that changes with every move of the pointer. */
      write() {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.writeNow(), 200);
      }

      writeNow() {
        const parameters = new URLSearchParams();
        for (const [name, value] of Object.entries(this.values)) {
          if (value !== Settings.defaults[name]) parameters.append(name, value);
        }
        for (const hidden of this.hidden) parameters.append("hide", hidden);
        // An empty name behind "#" would make the browser go to the top of the page when it is loaded again.
        const text = String(parameters);
        history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
      }
    }
    """#
}
