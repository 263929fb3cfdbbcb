/**
 * A heatmap of similarities: Plotly draws the cells, moves and zooms; the labels, numbers and marks
 * are painted over them, so that user text is only ever text and labels thin out with the zoom.
 */
import { Drawing } from "./drawing.js";
import { savePng, saveSvg } from "./export.js";
import { kindOf, kindsIn } from "./heatmap_kinds.js";
import { HeatmapScene } from "./heatmap_scene.js";
import { paintCells, paintHeatmap } from "./heatmap_marks.js";
import { addKeys, showScale } from "./legend.js";
import { CanvasPainter } from "./painters.js";
import { openPictures } from "./pictures.js";
import { numbersIn, plural } from "./text.js";
import { DIVERGING_SCALE, sampleScale } from "./theme.js";
import { fillToolbar } from "./toolbar.js";

const ARROWS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

const PICTURE = 96; // pixels of a picture under the pointer
const PREVIEW_CELLS = 40_000; // more take longer to paint than plotly.js to come

export class HeatmapView extends Drawing {
  constructor(parent, message) {
    super(parent, message, "Drawing the heatmap");
    this.cell = null; // [row, column] under the pointer
    this.brushed = null; // rows or columns under a stroke over labels
  }

  needs({ matrix }) {
    return [matrix];
  }

  /** Cells, labels and numbers at once, painted here: plotly.js, still on its way, takes over. */
  preview(message, payload) {
    if (!this.frame.isSeen || payload.matrix.length > PREVIEW_CELLS) return;
    this.payload = payload;
    this.selection.hear(message, message.items);
    this.#chooseColours(message);
    this.scene ??= this.#makeScene();
    this.scene.lay(this);
    const context = this.frame.clearMarks();
    paintCells(context, this);
    paintHeatmap(new CanvasPainter(context), this);
    this.frame.tell("");
    this.frame.root.dataset.visible = "true";
  }

  #chooseColours(message) {
    this.colours = sampleScale(message.scale.length ? message.scale : DIVERGING_SCALE, 64);
    this.format = numbersIn(message.range);
    showScale(this.frame, this.colours, message.range, message.title, this.format.short);
    addKeys(this.frame, kindsIn(message.marked));
  }

  async show(message, payload) {
    if (payload !== this.payload) Object.assign(this, { cell: null, brushed: null, pointed: [] });
    const kinds = kindsIn(message.marked).map(({ text }) => text);
    const shown = JSON.stringify([payload.id, message.scale, message.range, kinds, this.theme]);
    this.payload = payload;
    this.#hearPictures(message.pictures);
    this.selection.hear(message, message.items);
    this.#describeAll();
    if (shown !== this.shown) {
      this.shown = shown;
      this.#chooseColours(message);
      this.#showTools();
      await this.#draw();
    }
    this.frame.tell("");
    this.#paint();
  }

  /** Fetch the pictures that the app sent, without anything waiting for them. */
  async #hearPictures(id) {
    if (id === this.picturesId) return;
    Object.assign(this, { picturesId: id, pictures: undefined });
    if (!id) return;
    const pictures = await openPictures(id);
    if (this.picturesId !== id) return;
    this.pictures = pictures;
    this.frame.root.dataset.pictures = String(pictures.n);
    this.#paint();
  }

  async #draw() {
    this.isDrawn = this.frame.isSeen;
    if (!this.isDrawn) return; // in a tab that is not open: drawn by the resize that opens it
    this.scene ??= this.#makeScene();
    await this.scene.draw(this);
    this.frame.root.dataset.visible = "true";
    this.frame.root.dataset.drawn = String(Number(this.frame.root.dataset.drawn ?? 0) + 1);
  }

  #makeScene() {
    const place = document.createElement("div");
    this.frame.plot.replaceChildren(place);
    return new HeatmapScene(place, () => this.#paint());
  }

  async resize() {
    const { width, room, isSeen } = this.frame;
    if (!this.Plotly) return this.payload && this.preview(this.message, this.payload);
    if (!isSeen || (this.isDrawn && this.scene.width === width && this.scene.room === room)) return undefined;
    await this.#draw();
    return this.#paint();
  }

  #paint() {
    if (!this.isDrawn) return;
    paintHeatmap(new CanvasPainter(this.frame.clearMarks()), this);
  }

  value([row, column]) {
    return this.payload.matrix[row * this.payload.cols + column];
  }

  /** Return which of the colours a value has. */
  shade(value) {
    const [low, high] = this.message.range;
    const share = Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
    return Math.round(share * (this.colours.length - 1));
  }

  #describeAll() {
    const { rows, cols } = this.payload;
    const summary = this.message.summary || `Heatmap of ${plural(rows, "row")} and ${plural(cols, "column")}, ${this.message.title || "similarities"}.`;
    this.frame.describe(`${summary} Arrow keys walk from cell to cell, Enter selects, Escape clears.`);
  }

  // --- pointing ----------------------------------------------------------------------------

  /** A stroke that begins on labels marks rows or columns. */
  modeAt(x, y) {
    return this.scene?.labelAt(x, y) ? "box" : undefined;
  }

  pointAt(x, y) {
    if (!this.isDrawn) return;
    const label = this.scene.labelAt(x, y);
    this.frame.stage.classList.toggle("ex-on-point", Boolean(label));
    this.#point(this.scene.cellAt(x, y));
    if (!label) return;
    const texts = label.side === "row" ? this.payload.rowLabels : this.payload.colLabels;
    const pictures = [this.#pictureOf(label.side, label.index)];
    this.frame.tooltip.show({ heading: texts[label.index], line: "Click to select", pictures }, x, y);
  }

  pointAway() {
    this.#point(null);
  }

  #point(cell) {
    if (!cell) this.frame.tooltip.hide();
    if (String(cell) === String(this.cell)) return;
    this.cell = cell;
    this.link.mark(cell ? this.#itemsOf(cell) : []);
    if (cell) this.frame.tooltip.show(this.#describe(cell), ...this.scene.centreOf(cell));
    this.#paint();
  }

  #describe(cell) {
    const [row, column] = cell;
    const { rowLabels, colLabels } = this.payload;
    const line = kindOf(this.message.marked, cell);
    const pictures = [this.#pictureOf("row", row), this.#pictureOf("col", column)];
    return { heading: `${rowLabels[row]}, ${colLabels[column]}: ${this.format.long(this.value(cell))}`, line, pictures };
  }

  #pictureOf(side, index) {
    return this.pictures?.element(this.payload[`${side}Cells`][index], PICTURE);
  }

  #itemsOf([row, column]) {
    return [...new Set([this.payload.rowItems[row], this.payload.colItems[column]])];
  }

  mark(items) {
    this.pointed = items;
    this.#paint();
  }

  /** Another drawing selected. */
  showSelected() {
    this.#paint();
  }

  // --- selecting ---------------------------------------------------------------------------

  click(x, y, event) {
    const label = this.scene?.labelAt(x, y);
    const cell = this.scene?.cellAt(x, y);
    if (label) this.#choose([this.#itemAt(label)], {}, event.shiftKey);
    else if (cell) this.#choose(this.#itemsOf(cell), { cell }, event.shiftKey);
    else if (this.selection.indices.length) this.#choose([]);
  }

  drawOutline(corners, done, event) {
    const [first, last] = [corners[0], corners[2]].map(([x, y]) => this.scene.labelAt(x, y, this.brushed?.side));
    if (first && last) {
      const [from, to] = [first.index, last.index].sort((a, b) => a - b);
      this.brushed = { side: first.side, from, to };
    }
    if (done && this.brushed) {
      const { side, from, to } = this.brushed;
      this.brushed = null;
      const indices = Array.from({ length: to - from + 1 }, (_, i) => this.#itemAt({ side, index: from + i }));
      this.#choose(indices, {}, event.shiftKey);
    }
    this.#paint();
  }

  #itemAt({ side, index }) {
    return side === "row" ? this.payload.rowItems[index] : this.payload.colItems[index];
  }

  #choose(items, more = {}, adds = false) {
    const chosen = [...new Set([...(adds ? this.selection.indices : []), ...items])];
    this.selection.choose(chosen, this.send, more);
    this.link.select(chosen);
    this.frame.say(chosen.length ? `Selected ${plural(chosen.length, "item")}.` : "Nothing selected.");
    this.#paint();
  }

  keys({ key, shiftKey }) {
    const acts = {
      Enter: () => this.cell && this.#choose(this.#itemsOf(this.cell), { cell: this.cell }, shiftKey),
      Escape: () => this.selection.indices.length && this.#choose([]),
      "+": () => this.scene.zoom(1.4),
      "-": () => this.scene.zoom(1 / 1.4),
      0: () => this.scene.showAll(),
    };
    return ARROWS[key] ? () => this.#walk(ARROWS[key]) : acts[key];
  }

  #walk([down, right]) {
    const { rows, cols } = this.payload;
    const [row, column] = this.cell ?? [0 - down, 0 - right];
    const next = [Math.min(rows - 1, Math.max(0, row + down)), Math.min(cols - 1, Math.max(0, column + right))];
    this.#point(next);
    const { heading, line } = this.#describe(next);
    this.frame.say(line ? `${heading}, ${line}` : heading);
  }

  // --- tools -------------------------------------------------------------------------------

  #showTools() {
    fillToolbar(this.frame, [
      { name: "closer", title: "Zoom in", act: () => this.scene.zoom(1.4) },
      { name: "further", title: "Zoom out", act: () => this.scene.zoom(1 / 1.4) },
      { name: "reset", title: "Show everything", act: () => this.scene.showAll() },
      null,
      { name: "png", text: "PNG", title: "Save as PNG", act: () => this.#save(savePng) },
      { name: "svg", text: "SVG", title: "Save as SVG", act: () => this.#save(saveSvg) },
    ]);
  }

  #save(write) {
    const { range, title, fileName } = this.message;
    const [low, high] = range.map(this.format.short);
    return write({
      Plotly: this.Plotly,
      place: this.scene.place,
      theme: this.theme,
      width: this.frame.width,
      height: this.frame.height,
      fileName,
      legend: { colours: this.colours, low, high, title, keys: kindsIn(this.message.marked) },
      paint: (painter) => paintHeatmap(painter, this),
    });
  }

  destroy() {
    this.scene?.destroy();
    super.destroy();
  }
}
