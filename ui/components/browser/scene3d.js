/** The points of a map in space, drawn by Plotly; and where each is on the screen. */
import { purge } from "./purge.js";
import { escapeMarkup } from "./text.js";
import { hasWebGL } from "./scene2d.js";

const CONFIG = { displayModeBar: false, scrollZoom: true, showTips: false, responsive: false };
const CIRCLES = 10_000;
const EYE = { x: 1.3, y: 1.3, z: 0.85 };

export class Scene3D {
  constructor(Plotly, place, onMove) {
    Object.assign(this, { Plotly, place, onMove });
  }

  async draw({ coords, groups, hidden, size, opacity, theme, axisTitles, width, height }) {
    if (!hasWebGL()) throw new Error("This browser does not draw in 3D. Choose two dimensions.");
    Object.assign(this, { coords, axisTitles, theme, width, height });
    // A circle is many triangles to Plotly, a square two: at a few pixels they look the same.
    this.symbol = coords[0].length > CIRCLES ? "square" : "circle";
    const style = { size: size * 0.9, opacity, hidden };
    // Plotly drops a trace of no points on its own, but not without a word on the console.
    const traces = groups.filter(({ indices }) => indices.length).map((group) => this.#trace(group, style));
    await this.Plotly.react(this.place, traces, this.#layout(), CONFIG);
    await this.settle();
    this.#watch();
  }

  /** Wait until the camera is where the last change put it. */
  settle() {
    return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }

  goHome() {}

  async show() {
    await this.Plotly.relayout(this.place, { "scene.camera": { eye: { ...EYE }, center: { x: 0, y: 0, z: 0 } } });
  }

  home() {}

  get closeness() {
    return 1;
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

  #trace({ colour, indices, code }, { size, opacity, hidden }) {
    const pick = (axis) => Float32Array.from(indices, (i) => axis[i]);
    const [x, y, z] = this.coords.map(pick);
    return {
      type: "scatter3d",
      mode: "markers",
      x, y, z,
      visible: !hidden.has(code),
      hoverinfo: "skip",
      showlegend: false,
      marker: { color: colour, size, opacity, line: { width: 0 }, symbol: this.symbol },
    };
  }

  #layout() {
    return {
      width: this.width,
      height: this.height,
      autosize: false,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      scene: {
        xaxis: this.#axis(0), yaxis: this.#axis(1), zaxis: this.#axis(2),
        aspectmode: "data",
        dragmode: "orbit",
        hovermode: false,
        camera: this.place._fullLayout?.scene?._scene?.getCamera() ?? { eye: { ...EYE } },
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
      title: { text: titled ? escapeMarkup(this.axisTitles[i]) : "" },
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

function multiply(a, b) {
  const product = new Array(16);
  for (let column = 0; column < 4; column++) {
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[k * 4 + row] * b[column * 4 + k];
      product[column * 4 + row] = sum;
    }
  }
  return product;
}
