/// How the page looks, in light and in dark, wide, narrow and on paper.
enum PageStyle {
  /// The style sheet.
  ///
  /// The script reads the colours with names from here, so that canvas and page agree.
  static let css = #"""
    :root {
      --paper: #ffffff;
      --ink: #1a1a1a;
      --faint: #5c5c5c;
      --rule: #d9d9d9;
      --focus: #0060c0;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #16181b;
        --ink: #e8e8e8;
        --faint: #a8a8a8;
        --rule: #3c3f44;
        --focus: #7db7ff;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto;
      padding: 1rem;
      max-width: 80rem;
      background: var(--paper);
      color: var(--ink);
      font: 16px/1.45 system-ui, sans-serif;
      overflow-wrap: anywhere;
    }
    h1 { margin: 0 0 0.25rem; font-size: 1.6rem; }
    h2 { margin: 2rem 0 0.5rem; font-size: 1.2rem; }
    p, ul { margin: 0.5rem 0; max-width: 50rem; }
    img.probes { max-width: 100%; height: auto; }
    code { font-size: 0.9em; }
    /* Where every item of a list is bold, none stands out. */
    li > strong:only-child { font-weight: inherit; }
    :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
    [hidden] { display: none !important; }

    /* The plot and its controls: side by side where there is room. */
    #explorer {
      display: grid;
      grid-template-columns: minmax(0, 1fr) 17rem;
      grid-template-rows: auto auto auto 1fr;
      gap: 0.5rem 1.5rem;
      margin-top: 1rem;
    }
    #live, #stages { grid-column: 1 / -1; margin: 0; max-width: none; }
    #live label { margin-left: 1rem; }
    #plot { grid-column: 1; grid-row: 3 / span 2; min-width: 0; }
    #arms { grid-column: 2; grid-row: 3; }
    #settings { grid-column: 2; grid-row: 4; }
    #canvases { position: relative; height: clamp(18rem, 68vh, 42rem); cursor: crosshair; }
    #canvases canvas { position: absolute; width: 100%; height: 100%; }
    /* High enough for what is said, so that nothing below moves with the pointer. */
    #words { min-height: 3em; font-variant-numeric: tabular-nums; }
    #keys { margin: 0; color: var(--faint); font-size: 0.85rem; }

    fieldset { margin: 0; padding: 0.25rem 0; border: 0; border-top: 1px solid var(--rule); min-width: 0; }
    legend { padding: 0 0.5rem 0 0; font-weight: 600; }
    fieldset label { display: flex; align-items: center; gap: 0.4rem; padding: 0.1rem 0; }
    fieldset.row label { display: inline-flex; margin-right: 0.8rem; }
    fieldset button {
      margin-left: 0.4rem;
      padding: 0 0.4rem;
      border: 1px solid var(--rule);
      border-radius: 3px;
      background: none;
      color: var(--faint);
      font: inherit;
      font-size: 0.8rem;
      font-weight: normal;
      cursor: pointer;
    }
    fieldset svg { flex: none; width: 2.2rem; height: 0.8rem; }
    input { margin: 0; flex: none; accent-color: var(--focus); }
    #settings summary { margin-bottom: 0.25rem; font-weight: 600; }

    /* Tables keep their width and scroll inside their box. */
    .scroll { overflow-x: auto; margin: 0.5rem 0 1rem; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
    th, td { padding: 0.2rem 0.7rem; border-bottom: 1px solid var(--rule); text-align: left; white-space: nowrap; }
    thead th { border-bottom-color: var(--faint); }
    tbody th { font-weight: normal; }
    tr > :first-child { padding-left: 0; }
    .number { text-align: right; }

    @media (min-width: 56.01rem) {
      #settings summary { display: none; }
    }
    @media (max-width: 56rem) {
      body { padding: 0.75rem; }
      #explorer { grid-template-columns: minmax(0, 1fr); grid-template-rows: none; }
      #plot, #arms, #settings { grid-column: 1; grid-row: auto; }
      #arms { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: 0 0.5rem; }
      #arms label { font-size: 0.9rem; }
    }
    @media (max-width: 30rem) {
      #words { min-height: 6em; }
      /* Arm, baseline and speed-up are in sight together; the rest of the table scrolls. */
      th, td { padding: 0.2rem 0.4rem; font-size: 0.9rem; }
      tbody th, td { vertical-align: top; }
      .early { white-space: normal; min-width: 4.5rem; }
      .speed-up { min-width: 8.5rem; }
    }
    @media print {
      #settings, #live, #keys, #stages, button { display: none; }
      #explorer { display: block; }
      /* The picture was drawn for the window: it is scaled as a whole. */
      #canvases canvas { object-fit: contain; object-position: left top; }
      .scroll { overflow: visible; }
    }
    """#
}
