/** The points of a flat map, drawn by Plotly; and where each is on the screen. */
import { extent } from "./extent.js";
import { purge } from "./purge.js";
import { OPACITIES, crowdLevels } from "./crowd.js";
import { sizing } from "./dots.js";
import { escapeMarkup } from "./text.js";
import { mix } from "./theme.js";
import { lendOpacities, thin } from "./thinning.js";

const CONFIG = { displayModeBar: false, scrollZoom: true, doubleClick: false, showTips: false, responsive: false };
const SVG_LIMIT = 1_000; // below, SVG: crisp, truly vector when exported, and no WebGL context spent
const FOOT = 36; // pixels above what stands at the foot: a label's height and some air

export class Scene2D {
  constructor(Plotly, place, onMove) {
    Object.assign(this, { Plotly, place, onMove });
  }

  /** Draw groups of points. `view` is { x: [from, to], y: [from, to] } and stays equal-sided. */
  async draw({ coords, bounds, groups, hidden, size, radii, opacity, byDensity, theme, axisTitles, width, height, foot }) {
    Object.assign(this, { coords, bounds, groups, hidden, size, byDensity, axisTitles, theme, width, height, foot });
    this.margins = axisTitles ? { l: 52, r: 10, t: 10, b: 42, pad: 0 } : { l: 0, r: 0, t: 0, b: 0, pad: 0 };
    if (!this.view || this.homeless) [this.view, this.isHome] = [this.home(), true];
    this.homeless = false;
    const type = coords[0].length > SVG_LIMIT && hasWebGL() ? "scattergl" : "scatter";
    const outlined = type === "scatter" ? 0.75 : 0;
    const style = { type, sizeOf: sizing(size, radii), opacity, hidden, outlined };
    const traces = groups.map((group) => this.#trace(group, style));
    await this.Plotly.react(this.place, traces, this.#layout(), CONFIG);
    this.#thinCrowds();
    this.#listen();
  }

  /** Forget the view: the next drawing shows everything. */
  goHome() {
    this.homeless = true;
  }

  async showAll() {
    await this.#show(this.home());
    this.isHome = true;
  }

  async #show(view) {
    this.view = view;
    await this.Plotly.relayout(this.place, { "xaxis.range": [...view.x], "yaxis.range": [...view.y] });
    this.#thinCrowds();
    this.onMove(true);
  }

  async setHidden(groups, hidden) {
    this.hidden = hidden;
    await this.Plotly.restyle(this.place, { visible: groups.map((group) => !hidden.has(group.code)) });
    this.#thinCrowds();
  }

  /** Zoom by a factor around the middle. */
  zoom(factor) {
    const around = ([from, to]) => {
      const [middle, half] = [(from + to) / 2, (to - from) / 2 / factor];
      return [middle - half, middle + half];
    };
    return this.#show({ x: around(this.view.x), y: around(this.view.y) });
  }

  /** Keep what is in the middle in the middle, at the same scale. */
  async resize(width, height) {
    if (width === this.width && height === this.height) return;
    const keep = (range, before, after) => {
      const [middle, half] = [(range[0] + range[1]) / 2, (((range[1] - range[0]) / 2) * after) / before];
      return [middle - half, middle + half];
    };
    const [w, h] = this.#inner();
    Object.assign(this, { width, height });
    const [nextW, nextH] = this.#inner();
    const wasHome = this.isHome;
    this.view = wasHome ? this.home() : { x: keep(this.view.x, w, nextW), y: keep(this.view.y, h, nextH) };
    await this.Plotly.relayout(this.place, {
      width, height, "xaxis.range": [...this.view.x], "yaxis.range": [...this.view.y],
    });
    this.isHome = wasHome;
    this.#thinCrowds();
    this.onMove(true);
  }

  /** Return the view that shows every point, equal-sided, with room for labels and for what stands at its foot. */
  home() {
    const [xs, ys] = this.coords;
    const [w, h] = this.#inner();
    const [left, right, bottom, top] = this.bounds ?? [...extent(xs), ...extent(ys)];
    const pad = Math.min(44, w / 8, h / 8);
    const base = Math.max(pad, Math.min(this.foot + FOOT, h / 4));
    const perPixel = Math.max((right - left) / (w - 2 * pad), (top - bottom) / (h - pad - base)) || 1 / Math.min(w, h);
    const around = (from, to, pixels, shift = 0) => {
      const middle = (from + to) / 2 + shift;
      return [middle - (perPixel * pixels) / 2, middle + (perPixel * pixels) / 2];
    };
    return { x: around(left, right, w), y: around(bottom, top, h, (perPixel * (pad - base)) / 2) };
  }

  /** Write where every point is on the screen. */
  project([xs, ys], toX, toY) {
    const [w, h] = this.#inner();
    const { x, y } = this.view;
    const [sx, sy] = [w / (x[1] - x[0]), h / (y[1] - y[0])];
    for (let i = 0; i < xs.length; i++) {
      toX[i] = this.margins.l + (xs[i] - x[0]) * sx;
      toY[i] = this.margins.t + (y[1] - ys[i]) * sy;
    }
  }

  /** Write how long lengths on the map are on the screen. */
  lengths(coords, lengths, to) {
    const scale = this.#inner()[0] / (this.view.x[1] - this.view.x[0]);
    for (let i = 0; i < lengths.length; i++) to[i] = lengths[i] * scale;
  }

  /** How much closer the map is seen than when all of it is in view. */
  get magnification() {
    const [all, seen] = [this.home().x, this.view.x];
    return (all[1] - all[0]) / (seen[1] - seen[0]);
  }

  /** Return the part of the stage that shows points: [left, top, right, bottom]. */
  get window() {
    const [w, h] = this.#inner();
    return [this.margins.l, this.margins.t, this.margins.l + w, this.margins.t + h];
  }

  destroy() {
    purge(this.Plotly, this.place);
  }

  /** Make points fainter the more of them lie around, as all lie on the screen now. */
  #thinCrowds() {
    this.thinned = undefined;
    if (!this.byDensity) return;
    const [xs, ys] = this.coords.map((axis) => new Float32Array(axis.length));
    this.project(this.coords, xs, ys);
    const { groups, hidden } = this;
    for (const { indices, code } of groups) if (hidden.has(code)) for (const i of indices) xs[i] = NaN;
    const levels = crowdLevels(xs, ys, this.size / 2, this.window);
    this.thinned = { groups, hidden, levels, opacities: OPACITIES };
    thin(this.Plotly, this.place, this.thinned);
  }

  /** Have Plotly's own picture of the points look like this one; returns how to end that. */
  lend() {
    return this.thinned ? lendOpacities(this.place, this.thinned) : () => {};
  }

  #inner() {
    const { l, r, t, b } = this.margins;
    return [Math.max(40, this.width - l - r), Math.max(40, this.height - t - b)];
  }

  #trace({ colour, indices, code }, { type, sizeOf, opacity, hidden, outlined }) {
    const pick = (axis) => Float32Array.from(indices, (i) => axis[i]);
    return {
      type,
      mode: "markers",
      x: pick(this.coords[0]),
      y: pick(this.coords[1]),
      visible: !hidden.has(code),
      hoverinfo: "skip",
      showlegend: false,
      // Light colours keep an edge on a light ground.
      marker: { color: colour, size: sizeOf(indices), opacity, line: { width: outlined, color: mix(colour, this.theme.text, 0.7) } },
    };
  }

  #layout() {
    const axis = (i) => this.#axis(i);
    return {
      width: this.width,
      height: this.height,
      autosize: false,
      margin: this.margins,
      xaxis: { ...axis(0), range: [...this.view.x] },
      yaxis: { ...axis(1), range: [...this.view.y] },
      hovermode: false,
      dragmode: "pan",
      showlegend: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: this.theme.font, color: this.theme.muted, size: 12 },
    };
  }

  #axis(i) {
    if (!this.axisTitles) return { visible: false, autorange: false };
    return {
      autorange: false,
      title: { text: escapeMarkup(this.axisTitles[i]), standoff: 8, font: { size: 13, color: this.theme.text } },
      gridcolor: this.theme.faint,
      zerolinecolor: this.theme.border,
      nticks: 7,
      ticks: "",
    };
  }

  #listen() {
    if (this.listening) return;
    this.listening = true;
    const take = (change, done) => {
      const [x, y] = ["xaxis", "yaxis"].map((axis) => rangeIn(change, axis));
      if (!x && !y) return;
      this.view = { x: x ?? this.view.x, y: y ?? this.view.y };
      this.isHome = false;
      if (done) this.#thinCrowds();
      this.onMove(done);
    };
    this.place.on("plotly_relayouting", (change) => take(change, false));
    this.place.on("plotly_relayout", (change) => take(change, true));
  }
}

function rangeIn(change, axis) {
  if (change[`${axis}.range`]) return change[`${axis}.range`].map(Number);
  if (`${axis}.range[0]` in change) return [Number(change[`${axis}.range[0]`]), Number(change[`${axis}.range[1]`])];
  return undefined;
}

let webgl;

/** Whether this browser draws with WebGL; asked once, and the context given back. */
export function hasWebGL() {
  if (webgl === undefined) {
    const context = document.createElement("canvas").getContext("webgl");
    webgl = Boolean(context);
    context?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return webgl;
}
