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
import { PointGrid } from "./grid.js";
import { paintGround } from "./ground.js";
import { placeLabels } from "./labels.js";
import { leaveFilm, offerFilm } from "./map_film.js";
import { groundOf } from "./map_ground.js";
import { click, drawOutline, keyAct } from "./map_hand.js";
import { wantedLabels } from "./map_labels.js";
import { hearNeighbors, tiesOf } from "./map_neighbors.js";
import { point, showKey } from "./map_pointing.js";
import { MOST_RINGS, marksOf, pointerOf } from "./map_marks.js";
import { showLegend, showTools } from "./map_tools.js";
import { dotsOf } from "./dots.js";
import { paintMarks, paintPointer, paintPoints } from "./marks.js";
import { CanvasPainter } from "./painters.js";
import { Scene2D } from "./scene2d.js";
import { Scene3D } from "./scene3d.js";
import { plural } from "./text.js";
import { TRAVEL_LIMIT, prefersStill, travel } from "./travel.js";

const REACH = 10; // pixels around the middle of a small point within which it is meant

export class MapView extends Drawing {
  constructor(parent, message) {
    super(parent, message, "Drawing the map");
    this.hidden = new Set();
    this.cursor = -1;
    this.outline = null;
    this.labels = [];
    this.ties = []; // to the neighbours of the item under the pointer
    this.linked = []; // items under the pointer in another drawing
    this.past = undefined; // where the points were, at a moment other than the last of a film
  }

  // --- what the app asks -------------------------------------------------------------------

  needs({ geometry, colours, hulls, halos, sizes }) {
    return [geometry, colours, hulls, halos, sizes];
  }

  async show(message, geometry, colours, hulls, halos, sizes) {
    const before = this.undrawn ?? { ...this.shown };
    const { axisTitles, byDensity } = message;
    this.shown = { geometry, colours, sizes, byDensity, theme: JSON.stringify(this.theme), axes: JSON.stringify(axisTitles) };
    Object.assign(this, { geometry, hulls, halos, sizes, coords: coordsOf(geometry) });
    this.selection.hear(message, geometry.items);
    const wasPast = Boolean(this.past);
    offerFilm(this, message.frames);
    hearNeighbors(this, message.neighbors);
    this.#showMarks(message);
    if (Object.keys(this.shown).some((name) => this.shown[name] !== before[name])) await this.#draw(before);
    else if (wasPast && !this.past) this.#returnToPresent();
    if (this.undrawn) return;
    this.frame.tell("");
    this.ties = this.pointed.flatMap((item) => tiesOf(this, item));
    this.layLabels();
    this.paintGround();
    this.paint();
  }

  #returnToPresent() {
    this.frame.plot.classList.remove("ex-unseen");
    this.project();
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
    this.undrawn = this.frame.isSeen ? null : before;
    if (this.undrawn) {
      this.xs = undefined;
      return; // in a tab that is not open: drawn by the resize that opens it
    }
    const isNewPlace = before.geometry !== this.geometry;
    const movesFrom = isNewPlace ? this.#placesToTravelFrom(before.geometry) : null;
    if (isNewPlace) this.xs = undefined; // until the new places are known, nothing is anywhere
    if (before.colours !== this.shown.colours && before.colours?.categories?.length !== this.shown.colours.categories?.length) {
      this.hidden = new Set();
    }
    this.colour = colourGroups(this.shown.colours, this.geometry.n, this.theme);
    this.#chooseDots();
    showLegend(this);
    this.#chooseScene();
    if (isNewPlace) {
      this.scene.goHome();
      if (before.geometry?.items !== this.geometry.items) Object.assign(this, { cursor: -1, pointed: [], ties: [], linked: [] });
    }
    showTools(this);
    await this.#drawPoints(Boolean(movesFrom));
    this.project();
    if (movesFrom) await this.#travel(movesFrom);
  }

  async #drawPoints(unseen = false) {
    const { width, height } = this.frame;
    this.#chooseDots(); // the legend has taken its room
    this.frame.plot.classList.toggle("ex-unseen", unseen || Boolean(this.past));
    await this.scene.draw({
      coords: this.coords,
      groups: this.colour.groups,
      hidden: this.hidden,
      theme: this.theme,
      axisTitles: this.message.axisTitles,
      byDensity: this.message.byDensity,
      width,
      height,
      foot: this.frame.badge.offsetHeight,
      ...this.dot,
    });
    const [left, , , bottom] = this.scene.window;
    this.frame.stage.style.setProperty("--ex-left", `${left}px`);
    this.frame.stage.style.setProperty("--ex-bottom", `${height - bottom}px`);
    this.frame.root.dataset.drawn = String(Number(this.frame.root.dataset.drawn ?? 0) + 1);
  }

  #chooseDots() {
    const { width, height } = this.frame;
    this.dot = dotsOf(this.geometry.n, width * height, this.sizes?.sizes);
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

  /** Find where every point is on the screen. */
  project() {
    const { n } = this.geometry;
    if (this.xs?.length !== n) [this.xs, this.ys] = [new Float32Array(n), new Float32Array(n)];
    this.scene.project(this.past ?? this.coords, this.xs, this.ys);
    this.grid = undefined;
  }

  pointGrid() {
    this.grid ??= new PointGrid(this.xs, this.ys, this.frame.width, this.frame.height);
    return this.grid;
  }

  #moved(done) {
    if (this.travelling || !this.xs) return;
    this.project();
    if (!done && !this.past && this.selection.indices.length > MOST_RINGS) return void this.frame.clearMarks(); // too many to follow
    if (done) this.layLabels();
    this.paintGround();
    this.paint();
  }

  async resize() {
    if (!this.geometry || !this.frame.isSeen) return;
    if (this.undrawn) await this.#draw(this.undrawn);
    else await this.scene.resize(this.frame.width, this.frame.height);
    this.frame.tell("");
    this.#moved(true);
  }

  #placesToTravelFrom(before) {
    const sameItems = before?.items === this.geometry.items && before.n === this.geometry.n;
    if (!sameItems || !this.xs || this.geometry.n > TRAVEL_LIMIT || prefersStill()) return null;
    return [this.xs.slice(), this.ys.slice()];
  }

  async #travel(from) {
    this.frame.clearPointer();
    this.frame.clearGround();
    this.travelling?.stop();
    const labels = this.labels.filter(({ item }) => item >= 0);
    const journey = travel(from, [this.xs, this.ys], (xs, ys) => {
      const painter = new CanvasPainter(this.frame.clearMarks());
      paintPoints(painter, this.colour.groups, this.hidden, xs, ys, this.dot);
      paintMarks(painter, marksOf(this, xs, ys, labels));
    });
    this.travelling = journey;
    this.frame.root.dataset.travels = String(Number(this.frame.root.dataset.travels ?? 0) + 1);
    await journey.done;
    if (this.travelling === journey) this.travelling = undefined;
    this.frame.plot.classList.remove("ex-unseen");
  }

  // --- marks and labels --------------------------------------------------------------------

  layLabels() {
    if (!this.xs || this.travelling) return;
    showKey(this); // it takes room
    const grid = this.pointGrid();
    this.labels = placeLabels(wantedLabels(this), {
      bounds: this.scene.window,
      blocked: this.frame.coveredBoxes(),
      dotRadius: this.dot.size / 2,
      measure: (label) => this.#measure(label),
      countPoints: (...box) => grid.count(...box, 6),
    });
  }

  #measure({ text, size, weight }) {
    this.ruler ??= document.createElement("canvas").getContext("2d");
    this.ruler.font = `${weight} ${size}px ${this.theme.font}`;
    return this.ruler.measureText(text).width;
  }

  paint() {
    if (!this.xs || this.travelling) return;
    this.paintMap(new CanvasPainter(this.frame.clearMarks()));
    this.paintPointer();
  }

  /** Paint what lies over Plotly's points; in the past, the points too. */
  paintMap(painter) {
    if (this.past) paintPoints(painter, this.colour.groups, this.hidden, this.xs, this.ys, this.dot);
    paintMarks(painter, marksOf(this));
  }

  paintGround() {
    if (!this.xs || this.travelling) return;
    paintGround(new CanvasPainter(this.frame.clearGround()), groundOf(this));
  }

  paintPointer() {
    if (!this.xs || this.travelling) return;
    paintPointer(new CanvasPainter(this.frame.clearPointer()), pointerOf(this));
  }

  /** Return where a place on the map is on the screen. */
  placeOf(at) {
    const [x, y] = [new Float32Array(1), new Float32Array(1)];
    this.scene.project(Array.from(at, (value) => [value]), x, y);
    return [x[0], y[0]];
  }

  isVisible(i) {
    return i < this.geometry.n && !this.hidden.has(this.colour.groups[this.colour.groupOf[i]].code);
  }

  isInView(i) {
    const [left, top, right, bottom] = this.scene.window;
    return this.xs[i] >= left && this.xs[i] <= right && this.ys[i] >= top && this.ys[i] <= bottom;
  }

  // --- pointing ----------------------------------------------------------------------------

  /** Return the item at a place on the screen, or -1. */
  itemAt(x, y) {
    if (!this.xs || this.travelling) return -1;
    const isVisible = (i) => this.isVisible(i);
    if (this.dot.radii) return this.pointGrid().nearestOf(this.dot.radii, x, y, REACH / 2, isVisible);
    return this.pointGrid().nearest(x, y, Math.max(REACH, this.dot.size), isVisible);
  }

  pointAt(x, y) {
    point(this, this.itemAt(x, y));
  }

  pointAway() {
    point(this, -1);
  }

  /** Another drawing points at items. */
  mark(items) {
    if (!this.xs) return;
    this.linked = items.filter((i) => i < this.geometry.n);
    this.layLabels();
    this.paint();
  }

  // --- selecting ---------------------------------------------------------------------------

  click(x, y, event) {
    if (this.xs) click(this, x, y, event);
  }

  drawOutline(corners, done, event) {
    if (this.xs) drawOutline(this, corners, done, event);
  }

  keys(event) {
    return keyAct(this, event);
  }

  /** Another drawing selected. */
  showSelected() {
    this.layLabels();
    this.paint();
  }

  /** Another message waits: be where the points are going. */
  hurry() {
    this.travelling?.stop();
  }

  destroy() {
    this.hurry();
    leaveFilm(this);
    this.scene?.destroy();
    super.destroy();
  }
}

const coordsOf = ({ x, y, z }) => (z ? [x, y, z] : [x, y]);
