/** A walk over a drawn network: step by step with the chances of each, or many walks and their visits. */
import { Chooser } from "./chooser.js";
import { element } from "./dom.js";
import { toolButton, setIcon } from "./toolbar.js";
import { plural } from "./text.js";
import { prefersStill } from "./travel.js";
import { NONE, WalkCounts } from "./walk_counts.js";
import { nodeAt, paintVisits, paintWalk, placesOf } from "./walk_paint.js";
import { showStep, showVisits } from "./walk_side.js";
import { Strip } from "./walk_strip.js";

const WIDE = 720; // pixels from which words stand beside the network
const SPEEDS = [1, 3, 10]; // steps in a second; of walks, ten times as many
const MOVING = 0.45; // of the time of a step, the part in which the walker moves
const KEYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

export class WalkView extends Chooser {
  constructor(parent) {
    super(element("div", { class: "ex-view ex-walk" }));
    this.moments = { step: 0, walks: 0 };
    this.mode = "step";
    this.speed = 0;
    this.#build();
    this.resizing = new ResizeObserver(() => {
      this.root.classList.toggle("ex-narrow-walk", this.root.clientWidth < WIDE);
      if (this.walk) this.#paint();
    });
    this.resizing.observe(this.root);
    this.resizing.observe(this.stage);
    parent.append(this.root);
  }

  #build() {
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.stage = element("div", { class: "ex-stage ex-walk-stage", tabindex: 0, role: "application" }, this.canvas);
    this.modes = element(
      "div",
      { class: "ex-walk-modes", role: "group", "aria-label": "What is shown" },
      toolButton({ name: "step", title: "One walk, step by step", text: "One walk", act: () => this.#choose("step") }),
      toolButton({ name: "walks", title: "Many walks from the same node", text: "Many walks", act: () => this.#choose("walks") }),
    );
    this.button = toolButton({ name: "play", title: "Play", act: () => (this.timer ? this.#pause() : this.#play()) });
    this.slider = element("input", { type: "range", min: 0, step: 1, "aria-label": "Step", oninput: () => this.#go(Number(this.slider.value)) });
    this.told = element("span", { class: "ex-step" });
    this.pace = toolButton({ name: "pace", title: "Speed", text: "1×", act: () => this.#hasten() });
    const step = (by, sign, title) => toolButton({ name: title, title, text: sign, act: () => this.#go(this.moment + by) });
    const bar = element(
      "div",
      { class: "ex-walk-bar" },
      this.modes, step(-1, "‹", "One step back"), this.button, step(1, "›", "One step on"), this.slider, this.told, this.pace,
    );
    this.side = element("div", { class: "ex-walk-side" });
    this.strip = new Strip((at) => this.#go(at));
    this.live = element("div", { class: "ex-live", "aria-live": "polite" });
    this.root.append(bar, this.stage, this.side, this.strip.root, this.live);
    this.stage.addEventListener("click", (event) => this.#click(event));
    this.stage.addEventListener("keydown", (event) => this.#key(event));
  }

  needs({ walk }) {
    return [walk];
  }

  show(message, [walk]) {
    if (walk !== this.walk) {
      this.#pause();
      this.walk = walk;
      this.counts = new WalkCounts(walk);
      this.moments = { step: 0, walks: 0 };
      this.strip.fill(walk);
    }
    this.stage.setAttribute("aria-label", `${message.summary} Arrow keys step, Space plays, a click on a node begins there.`);
    this.#choose(this.mode);
  }

  // --- time ----------------------------------------------------------------------------------

  get moment() {
    return this.moments[this.mode];
  }

  get last() {
    return this.mode === "step" ? this.walk.path.length - 1 : this.walk.count;
  }

  #choose(mode) {
    this.#pause();
    this.mode = mode;
    [...this.modes.children].forEach((button, at) => button.setAttribute("aria-pressed", String((at === 0) === (mode === "step"))));
    this.strip.root.hidden = mode !== "step";
    this.slider.max = String(this.last);
    this.slider.setAttribute("aria-label", mode === "step" ? "Step" : "Walks");
    this.#show();
  }

  #play() {
    if (this.moment >= this.last) this.moments[this.mode] = 0;
    const [begin, from] = [performance.now(), Math.floor(this.moment)];
    const rate = SPEEDS[this.speed] * (this.mode === "step" ? 1 : 10);
    setIcon(this.button, "pause", "Pause");
    const turn = (now) => {
      const moment = Math.min(this.last, from + (Math.max(0, now - begin) / 1000) * rate);
      const isNew = Math.floor(moment) !== Math.floor(this.moment);
      this.moments[this.mode] = moment;
      if (moment >= this.last) return this.#pause();
      if (isNew) this.#show();
      else if (this.mode === "step" && !prefersStill()) this.#paint();
      this.timer = requestAnimationFrame(turn);
      return undefined;
    };
    this.timer = requestAnimationFrame(turn);
  }

  #pause() {
    const wasPlaying = Boolean(this.timer);
    cancelAnimationFrame(this.timer);
    this.timer = undefined;
    setIcon(this.button, "play", "Play");
    if (wasPlaying) this.#go(Math.floor(this.moment));
  }

  #hasten() {
    this.speed = (this.speed + 1) % SPEEDS.length;
    this.pace.textContent = `${SPEEDS[this.speed]}×`;
    if (!this.timer) return;
    cancelAnimationFrame(this.timer);
    this.#play();
  }

  /** Stand still at a step, or after so many walks. */
  #go(moment) {
    if (this.timer) {
      cancelAnimationFrame(this.timer);
      this.timer = undefined;
      setIcon(this.button, "play", "Play");
    }
    this.moments[this.mode] = Math.max(0, Math.min(this.last, moment));
    this.#show();
    this.live.textContent = this.said;
  }

  // --- what is seen ----------------------------------------------------------------------------

  #show() {
    const at = Math.floor(this.moment);
    this.slider.value = String(at);
    this.told.textContent = this.mode === "step" ? `step ${at} of ${this.last}` : `${plural(at, "walk")} of ${this.last}`;
    Object.assign(this.root.dataset, { moment: String(at), mode: this.mode });
    if (this.mode === "step") {
      this.strip.mark(at);
      this.said = showStep(this.side, this.walk, this.counts, at, this.theme);
    } else {
      this.said = showVisits(this.side, this.walk, this.counts, at);
    }
    this.#paint();
  }

  #paint() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!width || !height) return;
    const ratio = globalThis.devicePixelRatio || 1;
    const size = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) [this.canvas.width, this.canvas.height] = size;
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.places = placesOf(this.walk, width, height);
    const at = Math.floor(this.moment);
    if (this.mode === "walks") return paintVisits(pen, this, this.counts.visitsAfter(at));
    const share = Math.max(0, (this.moment - at - (1 - MOVING)) / MOVING);
    return paintWalk(pen, this, at, prefersStill() ? 0 : share);
  }

  // --- hands -------------------------------------------------------------------------------------

  #click(event) {
    const box = this.stage.getBoundingClientRect();
    const node = nodeAt(this.places, event.clientX - box.left, event.clientY - box.top);
    if (node !== NONE) this.choose({ start: node });
  }

  #key(event) {
    const step = KEYS[event.key];
    if (event.target !== this.stage || (!step && event.key !== " ")) return;
    event.preventDefault();
    if (step) this.#go(Math.floor(this.moment) + step);
    else if (this.timer) this.#pause();
    else this.#play();
  }

  destroy() {
    cancelAnimationFrame(this.timer);
    this.resizing.disconnect();
    super.destroy();
  }
}
