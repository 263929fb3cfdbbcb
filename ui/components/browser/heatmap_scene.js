/** The cells of a heatmap, drawn by Plotly; and which cell or label is where. */

import { purge } from "./purge.js";

const CONFIG = { displayModeBar: false, scrollZoom: true, doubleClick: false, showTips: false, responsive: false };
const LABEL_ROOM = 104; // pixels at most for labels on each side
const PICTURE = { least: 24, most: 44 }; // pixels of a picture in place of a label
const EDGE = 10;
const BORDER = 2;
const pen = document.createElement("canvas").getContext("2d");

export const GAP = 7; // between label and cells, and around
export const SLANT = Math.SQRT1_2; // labels of columns stand at 45 degrees
export const LABEL = { size: 12, weight: 400, strong: 600 };

/** Return how wide a label is when it is marked. */
export function textWidth(text, { font }) {
  pen.font = `${LABEL.strong} ${LABEL.size}px ${font}`;
  return pen.measureText(text).width;
}

export class HeatmapScene {
  constructor(place, onMove) {
    Object.assign(this, { place, onMove });
  }

  /** Find the place of every cell and label; nothing is drawn. */
  lay({ payload, frame, message, theme }) {
    const isNew = this.items !== message.items;
    Object.assign(this, { payload, items: message.items, width: frame.width, room: frame.room, theme });
    this.isPictured = Boolean(message.pictures);
    this.#makeRoom();
    frame.setHeight(this.height + BORDER);
    if (isNew || !this.view) this.view = this.home();
  }

  async draw(heatmap) {
    const { payload, message, colours } = heatmap;
    this.lay(heatmap);
    const { matrix, rows, cols } = payload;
    const z = Array.from({ length: rows }, (_, row) => matrix.subarray(row * cols, (row + 1) * cols));
    const trace = {
      type: "heatmap",
      z,
      x0: 0, dx: 1, y0: 0, dy: 1,
      zmin: message.range[0],
      zmax: message.range[1],
      colorscale: colours.map((colour, i) => [i / (colours.length - 1), colour]),
      showscale: false,
      hoverinfo: "skip",
      hoverongaps: false,
      xgap: 0,
      ygap: 0,
    };
    this.Plotly = heatmap.Plotly;
    await this.Plotly.react(this.place, [trace], this.#layout(), CONFIG);
    this.#listen();
  }

  home() {
    const { rows, cols } = this.payload;
    return { x: [-0.5, cols - 0.5], y: [rows - 0.5, -0.5] };
  }

  async show(view) {
    this.view = view;
    await this.Plotly.relayout(this.place, { "xaxis.range": [...view.x], "yaxis.range": [...view.y] });
    this.onMove();
  }

  showAll() {
    return this.show(this.home());
  }

  zoom(factor) {
    const around = ([from, to]) => {
      const [middle, half] = [(from + to) / 2, (to - from) / 2 / factor];
      return [middle - half, middle + half];
    };
    return this.show({ x: around(this.view.x), y: around(this.view.y) });
  }

  /** Pixels per cell. */
  get cell() {
    return this.inner[0] / (this.view.x[1] - this.view.x[0]);
  }

  xOf(column) {
    return this.margins.l + (column - this.view.x[0]) * this.cell;
  }

  yOf(row) {
    return this.margins.t + (row - this.view.y[1]) * this.cell;
  }

  centreOf([row, column]) {
    return [this.xOf(column), this.yOf(row)];
  }

  /** Return the stage's part that shows cells: [left, top, right, bottom]. */
  get window() {
    const { l, t } = this.margins;
    return [l, t, l + this.inner[0], t + this.inner[1]];
  }

  cellAt(x, y) {
    const [left, top, right, bottom] = this.window;
    if (x < left || x > right || y < top || y > bottom) return null;
    const [row, column] = [this.#rowAt(y), this.#columnAt(x)];
    const { rows, cols } = this.payload;
    return row >= 0 && row < rows && column >= 0 && column < cols ? [row, column] : null;
  }

  /** Return the label at a place: { side, index }. A stroke keeps to the side it began on. */
  labelAt(x, y, side) {
    const [left, top, right, bottom] = this.window;
    const isRow = side ? side === "row" : x < left && y >= top && y <= bottom;
    const isColumn = side ? side === "col" : !isRow && y > bottom && x >= left && x <= right;
    if (isRow) return { side: "row", index: clamp(this.#rowAt(y), this.payload.rows) };
    if (isColumn) return { side: "col", index: clamp(this.#columnAt(x), this.payload.cols) };
    return null;
  }

  destroy() {
    if (this.Plotly) purge(this.Plotly, this.place);
  }

  #rowAt(y) {
    return Math.round((y - this.margins.t) / this.cell + this.view.y[1]);
  }

  #columnAt(x) {
    return Math.round((x - this.margins.l) / this.cell + this.view.x[0]);
  }

  /** Margins that leave room for labels and make every cell a square; no higher than needed. */
  #makeRoom() {
    const { rows, cols, rowLabels, colLabels } = this.payload;
    if (this.isPictured) {
      const around = EDGE + BORDER + 2 * GAP;
      const alone = Math.min((this.width - around) / (cols + 1), (this.room - around) / (rows + 1));
      this.picture = Math.floor(Math.min(PICTURE.most, Math.max(PICTURE.least, alone - 3)));
      this.labelWidth = this.labelHeight = this.picture + 2 * GAP;
    } else {
      this.labelWidth = Math.min(LABEL_ROOM, this.width * 0.3, this.#widest(rowLabels) + 2 * GAP);
      this.labelHeight = Math.min(LABEL_ROOM, this.room * 0.3, this.#widest(colLabels) * SLANT + 22);
    }
    const [roomX, roomY] = [this.width - this.labelWidth - EDGE, this.room - BORDER - this.labelHeight - EDGE];
    const cell = Math.max(1e-3, Math.min(roomX / cols, roomY / rows));
    this.inner = [cell * cols, cell * rows];
    this.height = Math.floor(EDGE + this.inner[1] + this.labelHeight);
    const spare = roomX - this.inner[0];
    const [l, t] = [this.labelWidth + spare / 2, EDGE];
    this.margins = { l, t, r: this.width - l - this.inner[0], b: this.height - t - this.inner[1], pad: 0 };
  }

  /** The widest of some labels, in pixels and as they look when marked. */
  #widest(labels) {
    const longest = [...labels].sort((a, b) => b.length - a.length).slice(0, 12);
    return Math.max(0, ...longest.map((text) => textWidth(text.slice(0, 60), this.theme)));
  }

  #layout() {
    const axis = { visible: false, autorange: false };
    return {
      width: this.width,
      height: this.height,
      autosize: false,
      margin: this.margins,
      xaxis: { ...axis, range: [...this.view.x] },
      yaxis: { ...axis, range: [...this.view.y] },
      hovermode: false,
      dragmode: "pan",
      showlegend: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
    };
  }

  #listen() {
    if (this.listening) return;
    this.listening = true;
    const take = (change) => {
      const [x, y] = ["xaxis", "yaxis"].map((axis) => rangeIn(change, axis));
      if (!x && !y) return;
      this.view = { x: x ?? this.view.x, y: y ?? this.view.y };
      this.onMove();
    };
    this.place.on("plotly_relayouting", take);
    this.place.on("plotly_relayout", take);
  }
}

const clamp = (index, count) => Math.min(count - 1, Math.max(0, index));

function rangeIn(change, axis) {
  if (change[`${axis}.range`]) return change[`${axis}.range`].map(Number);
  if (`${axis}.range[0]` in change) return [Number(change[`${axis}.range[0]`]), Number(change[`${axis}.range[1]`])];
  return undefined;
}
