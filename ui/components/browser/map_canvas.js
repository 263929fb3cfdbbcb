/** Where the points of a map are on the screen, and what is painted there under and over Plotly's. */
import { Drawing } from "./drawing.js";
import { PointGrid } from "./grid.js";
import { paintGround } from "./ground.js";
import { placeLabels } from "./labels.js";
import { groundOf } from "./map_ground.js";
import { arrowsOf, paintArrows } from "./map_arrows.js";
import { wantedLabels } from "./map_labels.js";
import { marksOf, pointerOf } from "./map_marks.js";
import { NONE, layPictures, pictureAt } from "./map_pictures.js";
import { showKey } from "./map_pointing.js";
import { paintMarks, paintPointer, paintPoints } from "./marks.js";
import { CanvasPainter } from "./painters.js";

const REACH = 10; // pixels around the middle of a small point within which it is meant

/** A subclass has `coords`, `colour`, `dot` and `scene`; `past` are coordinates that take the place of the first. */
export class MapCanvas extends Drawing {
  constructor(parent, message, note) {
    super(parent, message, note);
    this.hidden = new Set(); // categories switched off
    this.outline = null; // that a hand draws
    this.labels = [];
    this.ties = []; // to the neighbours of the item under the pointer
    this.linked = []; // items under the pointer in another drawing
    this.past = undefined;
    this.pictured = NONE; // whose pictures stand for their points
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

  layLabels() {
    if (!this.xs || this.travelling) return;
    showKey(this); // it takes room
    layPictures(this);
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
    paintArrows(painter, arrowsOf(this));
  }

  paintGround(isMoving = false) {
    if (!this.xs || this.travelling) return;
    paintGround(new CanvasPainter(this.frame.clearGround()), groundOf(this, isMoving));
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

  /** Return the item at a place on the screen, or -1. */
  itemAt(x, y) {
    if (!this.xs || this.travelling) return -1;
    const pictured = pictureAt(this, x, y);
    if (pictured >= 0) return pictured;
    const isVisible = (i) => this.isVisible(i);
    if (this.dot.radii) return this.pointGrid().nearestOf(this.dot.radii, x, y, REACH / 2, isVisible);
    return this.pointGrid().nearest(x, y, Math.max(REACH, this.dot.size), isVisible);
  }
}
