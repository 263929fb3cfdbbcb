/** Points on the screen, sorted into cells: the nearest to a place in a few steps. */
import { extent } from "./extent.js";

export class PointGrid {
  constructor(xs, ys, width, height) {
    Object.assign(this, { xs, ys, width, height });
    this.size = Math.max(8, Math.sqrt((width * height * 2) / Math.max(1, xs.length)));
    this.columns = Math.max(1, Math.ceil(width / this.size));
    this.rows = Math.max(1, Math.ceil(height / this.size));
    this.#sort();
  }

  /** A counting sort: two passes, no objects, 100,000 points in a few milliseconds. */
  #sort() {
    const { xs, ys } = this;
    const cells = new Int32Array(xs.length);
    const starts = new Uint32Array(this.columns * this.rows + 1);
    for (let i = 0; i < xs.length; i++) {
      cells[i] = this.#cell(xs[i], ys[i]);
      if (cells[i] >= 0) starts[cells[i] + 1]++;
    }
    for (let c = 1; c < starts.length; c++) starts[c] += starts[c - 1];
    const next = starts.slice();
    this.order = new Uint32Array(starts.at(-1));
    for (let i = 0; i < xs.length; i++) if (cells[i] >= 0) this.order[next[cells[i]]++] = i;
    this.starts = starts;
  }

  #cell(x, y) {
    if (!(x >= 0 && y >= 0 && x < this.width && y < this.height)) return -1;
    return Math.floor(y / this.size) * this.columns + Math.floor(x / this.size);
  }

  /** Call `visit(index)` for every point in the cells that a rectangle touches. */
  around(x0, y0, x1, y1, visit) {
    const clamp = (value, last) => Math.min(last, Math.max(0, Math.floor(value / this.size)));
    const [left, right] = [clamp(x0, this.columns - 1), clamp(x1, this.columns - 1)];
    const [top, bottom] = [clamp(y0, this.rows - 1), clamp(y1, this.rows - 1)];
    for (let row = top; row <= bottom; row++) {
      const end = this.starts[row * this.columns + right + 1];
      for (let at = this.starts[row * this.columns + left]; at < end; at++) visit(this.order[at]);
    }
  }

  /** Return the accepted point nearest to a place, or -1 if none is within `radius`. */
  nearest(x, y, radius, accept) {
    let best = -1;
    let bestDistance = radius * radius;
    this.around(x - radius, y - radius, x + radius, y + radius, (i) => {
      const distance = (this.xs[i] - x) ** 2 + (this.ys[i] - y) ** 2;
      if (distance < bestDistance && accept(i)) [best, bestDistance] = [i, distance];
    });
    return best;
  }

  /** The same of points of different sizes: the nearest middle of those a place lies on, else the nearest edge. */
  nearestOf(radii, x, y, radius, accept) {
    let best = -1;
    let least = [radius, Infinity];
    const reach = radius + extent(radii)[1];
    this.around(x - reach, y - reach, x + reach, y + reach, (i) => {
      const distance = Math.hypot(this.xs[i] - x, this.ys[i] - y);
      const off = Math.max(0, distance - radii[i]);
      const isLess = off < least[0] || (off === least[0] && distance < least[1]);
      if (isLess && accept(i)) [best, least] = [i, [off, distance]];
    });
    return best;
  }

  /** Count the points inside a rectangle, up to `limit`. */
  count(x0, y0, x1, y1, limit) {
    let found = 0;
    this.around(x0, y0, x1, y1, (i) => {
      const [x, y] = [this.xs[i], this.ys[i]];
      if (found < limit && x >= x0 && x <= x1 && y >= y0 && y <= y1) found++;
    });
    return found;
  }
}

/** Return the accepted point that an arrow key means: near, and in that direction. */
export function nearestInDirection(xs, ys, from, [dx, dy], accept) {
  let best = -1;
  let bestCost = Infinity;
  for (let i = 0; i < xs.length; i++) {
    const [ahead, aside] = [(xs[i] - xs[from]) * dx + (ys[i] - ys[from]) * dy, (xs[i] - xs[from]) * dy - (ys[i] - ys[from]) * dx];
    // Within 45 degrees of the arrow, and a step aside costs more than a step ahead.
    if (ahead <= 0.5 || Math.abs(aside) > ahead || i === from) continue;
    const cost = ahead * ahead + 3 * aside * aside;
    if (cost < bestCost && accept(i)) [best, bestCost] = [i, cost];
  }
  return best;
}

/** Return the accepted points inside a closed outline of [x, y] corners. */
export function insideOutline(xs, ys, outline, accept) {
  const [px, py] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...px), Math.max(...px), Math.min(...py), Math.max(...py)];
  const found = [];
  for (let i = 0; i < xs.length; i++) {
    const [x, y] = [xs[i], ys[i]];
    if (x < left || x > right || y < top || y > bottom) continue;
    if (isInside(x, y, px, py) && accept(i)) found.push(i);
  }
  return found;
}

function isInside(x, y, px, py) {
  let inside = false;
  for (let i = 0, j = px.length - 1; i < px.length; j = i++) {
    const crosses = py[i] > y !== py[j] > y;
    if (crosses && x < ((px[j] - px[i]) * (y - py[i])) / (py[j] - py[i]) + px[i]) inside = !inside;
  }
  return inside;
}
