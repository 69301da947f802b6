extension PageScript {
  /// The form: what stands in it for a stage, and what a change of it sets.
  static let controls = #"""
    // MARK: Controls

    class Controls {
      constructor(form, data, settings, redraw) {
        Object.assign(this, { form, data, settings, redraw });
        this.fold();
        this.addStages();
        form.addEventListener("change", (event) => this.change(event.target));
        form.addEventListener("submit", (event) => event.preventDefault());
      }

      /** The stage that is chosen; the first, if the address names none that is there. */
      get stage() {
        const { stages } = this.data;
        return stages.find((stage) => stage.name === this.settings.get("stage")) ?? stages[0];
      }

      part(id) {
        return this.form.querySelector(`#${id}`);
      }

      // What stands in the form

      /** In a narrow window the settings fold; in a wide one they are always open. */
      fold() {
        const details = this.part("settings");
        const wide = matchMedia("(min-width: 56.01rem)");
        const apply = () => { details.open = wide.matches || this.settings.get("folded") === "open"; };
        wide.addEventListener("change", apply);
        details.addEventListener("toggle", () => {
          if (!wide.matches) this.settings.set("folded", details.open ? "open" : "");
        });
        apply();
      }

      addStages() {
        const { stages } = this.data;
        this.part("stages").hidden = stages.length < 2;
        for (const { name } of stages) {
          this.part("stages").append(control("radio", { name: "stage", value: name }, name));
        }
      }

      /** Fills in the lists of the chosen stage, and marks what is chosen. */
      fill() {
        const { stage, settings } = this;
        this.fillList("arms", "arm", stage.arms.map((arm) => arm.name), stage.arms.map(swatch));
        this.fillList("rates", "rate", stage.rates);
        this.fillList("seeds", "seed", stage.seeds);
        for (const old of this.part("measures").querySelectorAll("label.measure")) old.remove();
        const measures = stage.measures.map(({ name, title }) => {
          const label = control("radio", { name: "measure", value: name }, title);
          label.className = "measure";
          return label;
        });
        this.part("measures").querySelector("legend").after(...measures);
        this.part("rates").hidden = this.part("best").hidden = stage.rates.length < 2;
        this.part("seeds").hidden = stage.seeds.length < 2;
        for (const input of this.form.querySelectorAll("input")) this.mark(input);
        for (const section of document.querySelectorAll("section[data-stage]")) {
          section.hidden = section.dataset.stage !== stage.name;
        }
      }

      fillList(id, kind, labels, pictures = []) {
        const legend = this.part(id).querySelector("legend");
        legend.querySelectorAll("button").forEach((button) => button.remove());
        if (labels.length > 2) {
          legend.append(...[["all", true], ["none", false]].map(([text, isShown]) => {
            const button = document.createElement("button");
            Object.assign(button, { type: "button", textContent: text, id: `${id}-${text}` });
            button.setAttribute("aria-label", `${text} ${id}`);
            button.addEventListener("click", () => {
              for (const label of labels) this.settings.show(kind, label, isShown);
              for (const input of this.part(id).querySelectorAll("input")) this.mark(input);
              this.redraw();
            });
            return button;
          }));
        }
        const controls = labels.map((label, i) => {
          const result = control("checkbox", { value: label }, label);
          result.querySelector("input").dataset.hides = kind;
          if (pictures[i]) result.querySelector("input").after(pictures[i]);
          return result;
        });
        this.part(id).replaceChildren(legend, ...controls);
      }

      /** Makes an input say what is set. */
      mark(input) {
        const { settings, stage } = this;
        if (input.dataset.hides) input.checked = settings.isShown(input.dataset.hides, input.value);
        else if (input.type === "checkbox") input.checked = settings.isOn(input.name);
        else if (input.name === "stage") input.checked = input.value === stage.name;
        else if (input.name === "measure") input.checked = input.value === this.measureName;
        else input.checked = input.value === settings.get(input.name);
        input.id = input.id || `${input.dataset.hides ?? input.name}-${input.value}`;
      }

      get measureName() {
        const names = this.stage.measures.map((measure) => measure.name);
        return names.includes(this.settings.get("measure")) ? this.settings.get("measure") : names[0];
      }

      // What a change sets

      change(input) {
        if (input.dataset.hides) this.settings.show(input.dataset.hides, input.value, input.checked);
        else this.settings.set(input.name, input.type === "checkbox" ? input.checked : input.value);
        if (input.name === "stage") this.fill();
        this.redraw();
      }
    }

    /** An input with its label around it. */
    function control(type, attributes, text) {
      const [label, input] = [document.createElement("label"), document.createElement("input")];
      Object.assign(input, { type, ...attributes });
      label.append(input, ` ${text}`);
      return label;
    }

    /** A piece of an arm's line. */
    function swatch({ color, dashes }) {
      const [svg, line] = ["svg", "line"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
      const attributes = {
        x1: 0, x2: 35, y1: 6, y2: 6, "stroke-width": 3, "stroke-dasharray": dashes.join(" "),
        stroke: color === "#000000" ? "currentColor" : color,
      };
      for (const [name, value] of Object.entries(attributes)) line.setAttribute(name, value);
      svg.setAttribute("aria-hidden", "true");
      svg.append(line);
      return svg;
    }
    """#
}
