/** The points of a map in space, drawn by Plotly; and where each is on the screen. */
import { FRONT, ORIGIN, UP, boxOf, cornersOf, eyeSeeingAll, multiply } from "./camera.js";
import { purge } from "./purge.js";
import { sizing } from "./dots.js";
import { brokenMarkup } from "./text.js";
import { hasWebGL } from "./scene2d.js";

const CONFIG = { displayModeBar: false, scrollZoom: true, showTips: false, responsive: false };
const CIRCLES = 10_000;
const UNIT = 3; // pixels that Plotly draws for a marker of size 1 in space; half of that where sizes differ

export class Scene3D {
  constructor(Plotly, place, onMove) {
    Object.assign(this, { Plotly, place, onMove });
  }

  async draw({ coords, groups, hidden, size, radii, opacity, theme, axisTitles, width, height }) {
    if (!hasWebGL()) throw new Error("This browser does not draw in 3D. Choose two dimensions.");
    Object.assign(this, { coords, axisTitles, theme, width, height });
    // A circle is many triangles to Plotly, a square two: at a few pixels they look the same.
    this.symbol = coords[0].length > CIRCLES ? "square" : "circle";
    const style = { sizeOf: sizing(size, radii, UNIT, UNIT / 2), opacity, hidden };
    this.box = boxOf(coords);
    const camera = this.#camera();
    this.homeless = false;
    // Plotly drops a trace of no points on its own, but not without a word on the console.
    const traces = groups.filter(({ indices }) => indices.length).map((group) => this.#trace(group, style));
    await this.Plotly.react(this.place, traces, this.#layout(camera), CONFIG);
    await this.settle();
    this.#watch();
  }

  /** Wait until the camera is where the last change put it. */
  settle() {
    return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }

  /** Forget how close the camera is: the next drawing shows everything, from the same side. */
  goHome() {
    this.homeless = true;
  }

  async showAll() {
    await this.Plotly.relayout(this.place, { "scene.camera": this.#cameraSeeingAll(FRONT) });
    await this.settle();
    this.onMove(true);
  }

  async setHidden(groups, hidden) {
    const drawn = groups.filter(({ indices }) => indices.length);
    await this.Plotly.restyle(this.place, { visible: drawn.map((group) => !hidden.has(group.code)) });
  }

  zoom(factor) {
    const { eye } = this.place._fullLayout.scene._scene.getCamera();
    const closer = Object.fromEntries(Object.entries(eye).map(([axis, value]) => [axis, value / factor]));
    return this.Plotly.relayout(this.place, { "scene.camera.eye": closer });
  }

  async resize(width, height) {
    if (width === this.width && height === this.height) return;
    Object.assign(this, { width, height });
    await this.Plotly.relayout(this.place, { width, height });
    await this.settle();
    this.onMove(true);
  }

  /** Write where every point is on the screen; behind the camera is nowhere. */
  project(coords, toX, toY) {
    const m = this.#matrix();
    if (!m) return;
    const [xs, ys, zs] = coords;
    for (let i = 0; i < xs.length; i++) {
      const [x, y, z] = [xs[i], ys[i], zs[i]];
      const w = m[3] * x + m[7] * y + m[11] * z + m[15];
      toX[i] = w > 0 ? (1 + (m[0] * x + m[4] * y + m[8] * z + m[12]) / w) * 0.5 * this.width : NaN;
      toY[i] = w > 0 ? (1 - (m[1] * x + m[5] * y + m[9] * z + m[13]) / w) * 0.5 * this.height : NaN;
    }
  }

  /** Write how long lengths on the map are on the screen, seen across the line of sight at each point. */
  lengths([xs, ys, zs], lengths, to) {
    const m = this.#matrix();
    if (!m) return;
    const scale = Math.hypot(m[0], m[4], m[8]) * 0.5 * this.width;
    for (let i = 0; i < lengths.length; i++) {
      const w = m[3] * xs[i] + m[7] * ys[i] + m[11] * zs[i] + m[15];
      to[i] = w > 0 ? (lengths[i] * scale) / w : NaN;
    }
  }

  get window() {
    return [0, 0, this.width, this.height];
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    purge(this.Plotly, this.place);
  }

  /** projection x view x model x scale of the data, column by column. */
  #matrix() {
    const scene = this.place._fullLayout?.scene?._scene;
    const camera = scene?.glplot?.cameraParams;
    if (!camera?.projection) return undefined;
    const [a, b, c] = scene.dataScale ?? [1, 1, 1];
    const scale = [a, 0, 0, 0, 0, b, 0, 0, 0, 0, c, 0, 0, 0, 0, 1];
    return [camera.projection, camera.view, camera.model, scale].reduce(multiply);
  }

  /** A turn of the scene is told by no event that comes often enough: look at the camera. */
  #watch() {
    cancelAnimationFrame(this.frame);
    let before = "";
    let moving = false;
    const look = () => {
      this.frame = requestAnimationFrame(look);
      const now = this.#matrix()?.map((value) => value.toFixed(5)).join();
      if (now === before && !moving) return;
      moving = now !== before;
      before = now;
      this.onMove(!moving);
    };
    look();
  }

  #trace({ colour, indices, code }, { sizeOf, opacity, hidden }) {
    const pick = (axis) => Float32Array.from(indices, (i) => axis[i]);
    const [x, y, z] = this.coords.map(pick);
    return {
      type: "scatter3d",
      mode: "markers",
      x, y, z,
      visible: !hidden.has(code),
      hoverinfo: "skip",
      showlegend: false,
      marker: { color: colour, size: sizeOf(indices), opacity, line: { width: 0 }, symbol: this.symbol },
    };
  }

  /** Keep the person's camera, at another distance where the points are others. */
  #camera() {
    const current = this.place._fullLayout?.scene?._scene?.getCamera();
    return current && !this.homeless ? current : this.#cameraSeeingAll(current?.eye ?? FRONT);
  }

  #cameraSeeingAll(direction) {
    const seen = this.axisTitles ? cornersOf(this.box) : this.coords;
    const eye = eyeSeeingAll(seen, this.box, direction, this.width / this.height);
    return { eye, center: { ...ORIGIN }, up: { ...UP } };
  }

  #layout(camera) {
    const [x, y, z] = this.box.sides.map((side) => side / this.box.longest);
    return {
      width: this.width,
      height: this.height,
      autosize: false,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      scene: {
        xaxis: this.#axis(0), yaxis: this.#axis(1), zaxis: this.#axis(2),
        aspectmode: "manual",
        aspectratio: { x, y, z },
        dragmode: "orbit",
        hovermode: false,
        camera,
      },
      hovermode: false,
      showlegend: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      font: { family: this.theme.font, color: this.theme.muted, size: 11 },
    };
  }

  /** Without titles only a faint grid, for depth: the numbers mean nothing. */
  #axis(i) {
    const titled = Boolean(this.axisTitles);
    return {
      range: this.box.ranges[i],
      title: { text: titled ? brokenMarkup(this.axisTitles[i]) : "", font: { size: 11 } },
      tickfont: { size: 10 },
      showticklabels: titled,
      showspikes: false,
      showbackground: false,
      zeroline: false,
      gridcolor: this.theme.faint,
      linecolor: this.theme.border,
      nticks: 6,
    };
  }
}
