/**
 * A map of items: what is on it, what the person does with it, what the app asks of it.
 *
 * Plotly draws the points (scene2d, scene3d); everything else works on where those points are on
 * the screen: picking, labels, rings, outlines, travel, the keyboard.
 */
import { showBadge } from "./badge.js";
import { colourGroups } from "./colours.js";
import { Drawing } from "./drawing.js";
import { decodeIndices } from "./indices.js";
import { savePng, saveSvg } from "./export.js";
import { PointGrid, insideOutline, nearestInDirection } from "./grid.js";
import { wantedLabels } from "./map_labels.js";
import { placeLabels } from "./labels.js";
import { showCategories, showNothing, showScale } from "./legend.js";
import { paintMarks, paintPoints } from "./marks.js";
import { CanvasPainter } from "./painters.js";
import { Scene2D } from "./scene2d.js";
import { Scene3D } from "./scene3d.js";
import { number, plural } from "./text.js";
import { fillToolbar } from "./toolbar.js";
import { TRAVEL_LIMIT, prefersStill, travel } from "./travel.js";

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class MapView extends Drawing {
  constructor(parent, message) {
    super(parent, message, "Drawing the map");
    this.hidden = new Set();
    this.cursor = -1;
    this.outline = null;
    this.labels = [];
    this.linked = []; // items under the pointer in another drawing
  }

  // --- what the app asks -------------------------------------------------------------------

  needs({ geometry, colours }) {
    return [geometry, colours];
  }

  async show(message, geometry, colours) {
    const before = { ...this.shown };
    this.shown = { geometry, colours, theme: JSON.stringify(this.theme), axes: JSON.stringify(message.axisTitles) };
    Object.assign(this, { geometry, coords: coordsOf(geometry) });
    this.selection.hear(message, geometry.items);
    this.#showMarks(message);
    if (Object.keys(this.shown).some((name) => this.shown[name] !== before[name])) await this.#draw(before);
    this.frame.tell("");
    this.#layLabels();
    this.#paint();
  }

  #showMarks(message) {
    this.emphasised = decodeIndices(message.emphasised);
    showBadge(this.frame.badge, message.badge);
    const { n } = this.geometry;
    const dimensions = this.coords.length;
    const how = "Arrow keys walk from point to point, Enter selects, Escape clears.";
    this.frame.describe(`${message.summary || `Map of ${plural(n, "item")} in ${dimensions} dimensions.`} ${how}`);
  }

  // --- drawing -----------------------------------------------------------------------------

  async #draw(before) {
    const { width, height } = this.frame;
    if (!width || !height) return; // drawn by the resize that makes it visible
    const isNewPlace = before.geometry !== this.geometry;
    const movesFrom = isNewPlace ? this.#placesToTravelFrom(before.geometry) : null;
    if (before.colours !== this.shown.colours && before.colours?.categories?.length !== this.shown.colours.categories?.length) {
      this.hidden = new Set();
    }
    this.colour = colourGroups(this.shown.colours, this.geometry.n, this.theme);
    this.#showLegend();
    this.#chooseScene();
    if (isNewPlace) {
      this.scene.goHome();
      if (before.geometry?.items !== this.geometry.items) Object.assign(this, { cursor: -1, pointed: [], linked: [] });
    }
    this.#showTools();
    await this.#drawPoints(Boolean(movesFrom));
    this.#project();
    if (movesFrom) await this.#travel(movesFrom);
  }

  async #drawPoints(unseen = false) {
    const { width, height } = this.frame;
    this.dot = dotStyle(this.geometry.n, width * height);
    this.frame.plot.classList.toggle("ex-unseen", unseen);
    await this.scene.draw({
      coords: this.coords,
      groups: this.colour.groups,
      hidden: this.hidden,
      theme: this.theme,
      axisTitles: this.message.axisTitles,
      width,
      height,
      ...this.dot,
    });
    const [left, , , bottom] = this.scene.window;
    this.frame.stage.style.setProperty("--ex-left", `${left}px`);
    this.frame.stage.style.setProperty("--ex-bottom", `${height - bottom}px`);
    this.frame.root.dataset.drawn = String(Number(this.frame.root.dataset.drawn ?? 0) + 1);
  }

  #chooseScene() {
    const Scene = this.coords.length === 3 ? Scene3D : Scene2D;
    if (this.scene instanceof Scene) return;
    this.scene?.destroy();
    this.frame.plot.replaceChildren();
    const place = document.createElement("div");
    this.frame.plot.append(place);
    this.scene = new Scene(this.Plotly, place, (done) => this.#moved(done));
    this.gestures.mode = "move";
  }

  #project() {
    const { n } = this.geometry;
    if (this.xs?.length !== n) [this.xs, this.ys] = [new Float32Array(n), new Float32Array(n)];
    this.scene.project(this.coords, this.xs, this.ys);
    this.grid = undefined;
  }

  #pointGrid() {
    this.grid ??= new PointGrid(this.xs, this.ys, this.frame.width, this.frame.height);
    return this.grid;
  }

  #moved(done) {
    if (this.travelling || !this.xs) return;
    this.#project();
    if (done) this.#layLabels();
    this.#paint();
  }

  async resize() {
    const { width, height } = this.frame;
    if (!this.geometry || !width || !height) return;
    if (!this.scene) await this.#draw({});
    else await this.scene.resize(width, height);
    this.#moved(true);
  }

  #placesToTravelFrom(before) {
    const sameItems = before?.items === this.geometry.items && before.n === this.geometry.n;
    if (!sameItems || !this.xs || this.geometry.n > TRAVEL_LIMIT || prefersStill()) return null;
    return [this.xs.slice(), this.ys.slice()];
  }

  async #travel(from) {
    this.travelling?.stop();
    const labels = this.labels.filter(({ item }) => item >= 0);
    const journey = travel(from, [this.xs, this.ys], (xs, ys) => {
      const painter = new CanvasPainter(this.frame.clearMarks());
      paintPoints(painter, this.colour.groups, this.hidden, xs, ys, this.dot);
      paintMarks(painter, this.#marks(xs, ys, labels));
    });
    this.travelling = journey;
    this.frame.root.dataset.travels = String(Number(this.frame.root.dataset.travels ?? 0) + 1);
    await journey.done;
    if (this.travelling === journey) this.travelling = undefined;
    this.frame.plot.classList.remove("ex-unseen");
  }

  // --- marks and labels --------------------------------------------------------------------

  #layLabels() {
    if (!this.xs || this.travelling) return;
    const { width, height } = this.frame;
    const grid = this.#pointGrid();
    this.labels = placeLabels(wantedLabels(this), {
      width,
      height,
      measure: (label) => this.#measure(label),
      countPoints: (...box) => grid.count(...box, 6),
    });
  }

  #measure({ text, size, weight }) {
    this.ruler ??= document.createElement("canvas").getContext("2d");
    this.ruler.font = `${weight} ${size}px ${this.theme.font}`;
    return this.ruler.measureText(text).width;
  }

  #paint() {
    if (!this.xs || this.travelling) return;
    const painter = new CanvasPainter(this.frame.clearMarks());
    paintMarks(painter, this.#marks(this.xs, this.ys, this.labels));
    if (this.outline) {
      painter.outline(this.outline, { colour: this.theme.primary, dash: [5, 4], fill: `${this.theme.primary}22` });
    }
  }

  #marks(xs, ys, labels) {
    const place = (i) => [xs[i], ys[i]];
    const extra = this.message.extra.map(([, at]) => this.placeOf(at));
    return {
      theme: this.theme,
      ringRadius: this.dot.size / 2 + 3,
      lines: this.message.lines.map(([a, b, isTrue]) => ({ from: place(a), to: place(b), isTrue })),
      rings: this.selection.indices.filter((i) => this.isVisible(i)).flatMap(place),
      pointed: [...this.pointed, ...this.linked].filter((i) => this.isVisible(i)).flatMap(place),
      extra,
      labels: labels.map((label) => {
        const [x, y] = label.item >= 0 ? place(label.item) : this.placeOf(label.at);
        return { ...label, x: x + label.dx, y: y + label.dy };
      }),
    };
  }

  /** Return where a place on the map is on the screen. */
  placeOf(at) {
    const [x, y] = [new Float32Array(1), new Float32Array(1)];
    this.scene.project(at.map((value) => [value]), x, y);
    return [x[0], y[0]];
  }

  isVisible(i) {
    return i < this.geometry.n && !this.hidden.has(this.colour.groups[this.colour.groupOf[i]].code);
  }

  // --- pointing ----------------------------------------------------------------------------

  pointAt(x, y) {
    if (!this.xs || this.travelling) return;
    const reach = Math.max(10, this.dot.size);
    this.#point(this.#pointGrid().nearest(x, y, reach, (i) => this.isVisible(i)));
  }

  pointAway() {
    this.#point(-1);
  }

  /** Say which item is under the pointer, here and in linked drawings; -1 is none. */
  #point(item) {
    if (item === (this.pointed[0] ?? -1)) return;
    this.pointed = item < 0 ? [] : [item];
    this.link.mark(this.pointed);
    this.frame.stage.classList.toggle("ex-on-point", item >= 0);
    if (item < 0) this.frame.tooltip.hide();
    else this.frame.tooltip.show(this.#describe(item), this.xs[item], this.ys[item]);
    this.#paint();
  }

  /** Another drawing points at items. */
  mark(items) {
    if (!this.xs) return;
    this.linked = items.filter((i) => i < this.geometry.n);
    this.#layLabels();
    this.#paint();
  }

  #describe(item) {
    const { labels, details } = this.geometry;
    const { groups, groupOf, kind } = this.colour;
    return {
      heading: labels[item],
      colour: kind === "none" ? null : groups[groupOf[item]].colour,
      line: this.colour.describe(item),
      rows: details.map((name, d) => [name, this.geometry[`detail${d}`][item]]),
    };
  }

  // --- selecting ---------------------------------------------------------------------------

  click(x, y, event) {
    if (!this.xs) return;
    const item = this.#pointGrid().nearest(x, y, Math.max(10, this.dot.size), (i) => this.isVisible(i));
    if (item >= 0) this.#choose(event.shiftKey ? this.#toggled(item) : [item]);
    else if (!event.shiftKey && this.selection.indices.length) this.#choose([]);
  }

  #toggled(item) {
    const { indices } = this.selection;
    return this.selection.has(item) ? indices.filter((i) => i !== item) : [...indices, item];
  }

  drawOutline(corners, done, event) {
    this.outline = done ? null : corners;
    if (!done) return this.#paint();
    const inside = insideOutline(this.xs, this.ys, corners, (i) => this.isVisible(i));
    return this.#choose(event.shiftKey ? [...new Set([...this.selection.indices, ...inside])] : inside);
  }

  #choose(indices) {
    this.selection.choose(indices, this.send);
    this.#layLabels();
    this.#paint();
    const one = indices.length === 1 ? this.geometry.labels[indices[0]] : plural(indices.length, "item");
    this.frame.say(indices.length ? `Selected ${one}.` : "Nothing selected.");
  }

  // --- keyboard ----------------------------------------------------------------------------

  /** Return what a key does here, if anything. */
  keys({ key, shiftKey }) {
    const acts = {
      Enter: () => this.cursor >= 0 && this.#choose(shiftKey ? this.#toggled(this.cursor) : [this.cursor]),
      Escape: () => this.#choose([]),
      "+": () => this.scene.zoom(1.4),
      "-": () => this.scene.zoom(1 / 1.4),
      0: () => this.#showAll(),
    };
    return ARROWS[key] ? () => this.#walk(ARROWS[key]) : acts[key];
  }

  #walk(direction) {
    const visible = (i) => this.isVisible(i) && this.xs[i] >= 0 && this.xs[i] <= this.frame.width && this.ys[i] >= 0 && this.ys[i] <= this.frame.height;
    const from = this.pointed[0] ?? this.cursor;
    const next = from < 0 ? this.#start(visible) : nearestInDirection(this.xs, this.ys, from, direction, visible);
    if (next < 0) return this.frame.say("No further point in this direction.");
    this.cursor = next;
    this.#point(next);
    const { heading, line, rows } = this.#describe(next);
    return this.frame.say([heading, line, ...rows.map(([name, text]) => `${name} ${text}`)].filter(Boolean).join(", "));
  }

  /** Begin at the selection, else in the middle. */
  #start(visible) {
    const [first] = this.selection.indices;
    if (first !== undefined && visible(first)) return first;
    const { width, height } = this.frame;
    return this.#pointGrid().nearest(width / 2, height / 2, width + height, visible);
  }

  // --- legend and tools --------------------------------------------------------------------

  #showLegend() {
    const { kind, categories, counts, colours, range, title } = this.colour;
    if (kind === "codes") showCategories(this.frame, categories, counts, this.hidden, (...how) => this.#toggle(...how));
    else if (kind === "values") showScale(this.frame, colours, range, title);
    else showNothing(this.frame);
  }

  async #toggle(code, alone) {
    const others = this.colour.categories.map((_, other) => other).filter((other) => other !== code);
    const isAlone = others.every((other) => this.hidden.has(other)) && !this.hidden.has(code);
    if (alone) this.hidden = new Set(isAlone ? [] : [...others, -1]);
    else if (!this.hidden.delete(code)) this.hidden.add(code);
    this.frame.legend.querySelectorAll(".ex-entry").forEach((entry, i) => entry.setAttribute("aria-pressed", String(!this.hidden.has(i))));
    await this.scene.setHidden(this.colour.groups, this.hidden);
    this.#layLabels();
    this.#paint();
  }

  #showTools() {
    const flat = this.coords.length === 2;
    const mode = (name) => () => this.#setMode(name);
    const modes = [
      { name: "move", title: "Move and zoom", act: mode("move"), pressed: "true" },
      { name: "box", title: "Select with a box (Shift adds)", act: mode("box"), pressed: "false" },
      { name: "lasso", title: "Select with a lasso (Shift adds)", act: mode("lasso"), pressed: "false" },
      null,
    ];
    this.buttons = fillToolbar(this.frame.tools, [
      ...(flat ? modes : []),
      { name: "closer", title: "Zoom in", act: () => this.scene.zoom(1.4) },
      { name: "further", title: "Zoom out", act: () => this.scene.zoom(1 / 1.4) },
      { name: "reset", title: "Show everything", act: () => this.#showAll() },
      null,
      { name: "png", text: "PNG", title: "Save as PNG", act: () => this.#save(savePng) },
      { name: "svg", text: "SVG", title: "Save as SVG", act: () => this.#save(saveSvg) },
    ]);
    this.#setMode(this.gestures.mode);
  }

  #setMode(mode) {
    this.gestures.mode = mode;
    this.frame.stage.dataset.mode = mode;
    for (const name of ["move", "box", "lasso"]) this.buttons[name]?.setAttribute("aria-pressed", String(name === mode));
  }

  async #showAll() {
    await this.scene.show(this.scene.home());
  }

  #save(write) {
    const { categories, colours, range, title } = this.colour;
    const scale = colours ? { colours, low: number(range[0]), high: number(range[1]), title: title ?? "" } : {};
    return write({
      Plotly: this.Plotly,
      place: this.scene.place,
      theme: this.theme,
      width: this.frame.width,
      height: this.frame.height,
      fileName: this.message.fileName,
      badge: this.message.badge?.[0],
      legend: categories ? { entries: categories.filter((_, code) => !this.hidden.has(code)) } : scale,
      paint: (painter) => paintMarks(painter, this.#marks(this.xs, this.ys, this.labels)),
    });
  }

  destroy() {
    this.travelling?.stop();
    this.scene?.destroy();
    super.destroy();
  }
}

const coordsOf = ({ x, y, z }) => (z ? [x, y, z] : [x, y]);

/** Return size and opacity of points: fewer are larger, denser are fainter. */
function dotStyle(n, area) {
  const room = Math.min(1.15, Math.max(0.75, Math.sqrt(area / 480_000)));
  const size = Math.max(2.4, (14 - 2.5 * Math.log10(Math.max(n, 10))) * room);
  const opacity = Math.min(0.92, Math.max(0.4, 1.3 - 0.17 * Math.log10(Math.max(n, 10))));
  return { size, opacity };
}
