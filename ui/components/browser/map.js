/**
 * A map of items: what is on it, what the person does with it, what the app asks of it.
 *
 * Plotly draws the points (scene2d, scene3d); everything else works on where those points are on
 * the screen: picking, labels, rings, outlines, travel, the keyboard.
 */
import { showBadge } from "./badge.js";
import { colourGroups } from "./colours.js";
import { dotsOf } from "./dots.js";
import { decodeIndices } from "./indices.js";
import { MapCanvas } from "./map_canvas.js";
import { leaveFilm, offerFilm, startFilm } from "./map_film.js";
import { click, drawOutline, keyAct } from "./map_hand.js";
import { hearEdges } from "./map_edges.js";
import { hearNeighbors, tiesOf } from "./map_neighbors.js";
import { followPictures, hearPictures, layPictures } from "./map_pictures.js";
import { point } from "./map_pointing.js";
import { marksOf } from "./map_marks.js";
import { showLegend, showTools } from "./map_tools.js";
import { MOST_RINGS, paintMarks, paintPoints } from "./marks.js";
import { CanvasPainter } from "./painters.js";
import { Scene2D } from "./scene2d.js";
import { Scene3D } from "./scene3d.js";
import { plural } from "./text.js";
import { TRAVEL_LIMIT, prefersStill, travel } from "./travel.js";

export class MapView extends MapCanvas {
  constructor(parent, message) {
    super(parent, message, "Drawing the map");
    this.cursor = -1; // the item where the keyboard is
  }

  // --- what the app asks -------------------------------------------------------------------

  needs({ geometry, colours, hulls, halos, sizes, arrows, frames, run }) {
    return [geometry, colours, hulls, halos, sizes, arrows, run && frames];
  }

  async show(message, geometry, colours, hulls, halos, sizes, arrows, frames) {
    const before = this.undrawn ?? { ...this.shown };
    const { axisTitles, byDensity } = message;
    this.shown = { geometry, colours, sizes, byDensity, theme: JSON.stringify(this.theme), axes: JSON.stringify(axisTitles) };
    Object.assign(this, { geometry, hulls, halos, sizes, arrows, coords: coordsOf(geometry) });
    this.selection.hear(message, geometry.items);
    const wasPast = Boolean(this.past);
    const offered = offerFilm(this, message, frames);
    if (message.run) await offered; // its points are first seen where the film begins
    hearNeighbors(this, message.neighbors);
    hearEdges(this, message.edges);
    hearPictures(this, message);
    this.#showMarks(message);
    if (Object.keys(this.shown).some((name) => this.shown[name] !== before[name])) await this.#draw(before);
    else if (wasPast && !this.past) this.#returnToPresent();
    if (this.undrawn) return;
    this.frame.tell("");
    startFilm(this);
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
    const movesFrom = isNewPlace && !this.message.run ? this.#placesToTravelFrom(before.geometry) : null;
    if (isNewPlace) this.xs = undefined; // until the new places are known, nothing is anywhere
    if (before.colours !== this.shown.colours && before.colours?.categories?.length !== this.shown.colours.categories?.length) {
      this.hidden = new Set();
    }
    this.colour = colourGroups(this.shown.colours, this.geometry.n, this.theme);
    this.#chooseDots();
    showLegend(this);
    this.#chooseScene();
    if (isNewPlace) {
      if (!sameBounds(before.geometry, this.geometry)) this.scene.goHome();
      if (before.geometry?.items !== this.geometry.items) Object.assign(this, { cursor: -1, pointed: [], ties: [], linked: [] });
    }
    showTools(this);
    await this.#drawPoints(Boolean(movesFrom));
    this.project();
    layPictures(this);
    if (movesFrom) await this.#travel(movesFrom);
  }

  async #drawPoints(unseen = false) {
    const { width, height } = this.frame;
    this.#chooseDots(); // the legend has taken its room
    this.frame.plot.classList.toggle("ex-unseen", unseen || Boolean(this.past));
    await this.scene.draw({
      coords: this.coords,
      bounds: this.geometry.bounds,
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

  #moved(done) {
    if (this.travelling || !this.xs) return;
    this.project();
    if (!done && !this.past && this.selection.indices.length > MOST_RINGS) return void this.frame.clearMarks(); // too many to follow
    if (done) this.layLabels();
    else followPictures(this);
    this.paintGround(!done);
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

  // --- pointing ----------------------------------------------------------------------------

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
    this.picturesAsked = undefined; // what is still on its way comes too late
    this.scene?.destroy();
    super.destroy();
  }
}

/** Whether two maps show the same part of the plane, whatever lies on it. */
const sameBounds = (a, b) => Boolean(a?.bounds) && JSON.stringify(a.bounds) === JSON.stringify(b.bounds);

const coordsOf = ({ x, y, z }) => (z ? [x, y, z] : [x, y]);
