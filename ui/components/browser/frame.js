/** The parts every drawing has: legend, tools, stage, tooltip, badge, and a voice for screen readers. */
import { element } from "./dom.js";
import { Tooltip } from "./tooltip.js";

const WIDE = 620; // from here many categories have a list of their own beside the stage
const NARROW = 480; // below, tools and legend take a row each
const HINT = 1200;

export class Frame {
  constructor(parent, height, note) {
    this.legend = element("div", { class: "ex-legend" });
    this.tools = element("div", { class: "ex-tools", role: "toolbar", "aria-label": "Tools" });
    this.ground = element("canvas", { class: "ex-ground", "aria-hidden": "true" });
    this.plot = element("div", { class: "ex-plot" });
    this.marks = element("canvas", { class: "ex-marks", "aria-hidden": "true" });
    this.pointer = element("canvas", { class: "ex-pointer", "aria-hidden": "true" });
    this.note = element("div", { class: "ex-note" }, note);
    this.badge = element("div", { class: "ex-badge", hidden: true });
    this.key = element("div", { class: "ex-keys", hidden: true, "aria-hidden": "true" });
    this.tooltip = new Tooltip();
    this.stage = element(
      "div",
      { class: "ex-stage", tabindex: 0, role: "application" },
      this.ground, this.plot, this.marks, this.pointer, this.note, this.key, this.badge, this.tooltip.element,
    );
    this.foot = element("div", { class: "ex-player" });
    this.live = element("div", { class: "ex-live", "aria-live": "polite" });
    this.root = element("div", { class: "ex-view" }, this.legend, this.tools, this.stage, this.foot, this.live);
    this.root.style.height = `${height}px`;
    parent.append(this.root);
    this.watch = new ResizeObserver(([{ contentRect: { width } }]) => {
      this.root.classList.toggle("ex-wide", width >= WIDE);
      this.root.classList.toggle("ex-narrow", width < NARROW);
    });
    this.watch.observe(this.root);
  }

  get width() {
    return this.stage.clientWidth;
  }

  get height() {
    return this.stage.clientHeight;
  }

  /** Whether there is room to draw: not so in a tab that is not open. */
  get isSeen() {
    return this.width > 0 && this.height > 0;
  }

  /** The height that the stage has, or could have. */
  get room() {
    return this.root.clientHeight - this.stage.offsetTop;
  }

  /** Make the stage lower than it could be; without a height, as high as it can. */
  setHeight(height) {
    this.stage.style.height = height ? `${Math.round(height)}px` : "";
  }

  /** Return the boxes on the stage that badge and key cover. */
  coveredBoxes() {
    return [this.badge, this.key]
      .filter((part) => !part.hidden)
      .map(({ offsetLeft: x, offsetTop: y, offsetWidth: width, offsetHeight: height }) => [x - 4, y - 4, x + width + 4, y + height + 4]);
  }

  /** Say something to those who listen. */
  say(text) {
    this.live.textContent = text;
  }

  /** Show a sentence instead of the drawing, or nothing. */
  tell(text) {
    this.note.textContent = text;
    this.note.hidden = !text;
  }

  describe(text) {
    this.stage.setAttribute("aria-label", text);
  }

  /** Clear what lies under the points, and return a context to draw it anew. */
  clearGround() {
    return this.#clear(this.ground);
  }

  /** Clear what lies over the points or cells, and return a context to draw it anew. */
  clearMarks() {
    return this.#clear(this.marks);
  }

  /** The same for what follows the pointer: a layer of its own, as it changes with every move. */
  clearPointer() {
    return this.#clear(this.pointer);
  }

  /** Size a canvas for the screen's own pixels and return its context, ready to draw in CSS pixels. */
  #clear(canvas) {
    const ratio = globalThis.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    return context;
  }

  /** Say how to zoom with the wheel, for a moment. */
  hint() {
    this.stage.classList.add("ex-hint");
    clearTimeout(this.hinting);
    this.hinting = setTimeout(() => this.stage.classList.remove("ex-hint"), HINT);
  }

  destroy() {
    this.watch.disconnect();
    this.root.remove();
  }
}
