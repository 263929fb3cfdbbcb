/**
 * How crowded it is around each point on the screen, and how faint that makes it: where points lie
 * over one another each is fainter, though together they stay darker than one alone.
 */

const CELL = 6; // pixels
const EDGE = 0.5; // pixels by which a drawn point, soft at its edge, reaches beyond its radius
const FADING = 0.65; // 0: crowds grow as dark as they can; 1: every place is as dark as one point
const [SOLID, FAINTEST, LEVELS] = [0.92, 0.02, 16];

/** The opacity of each level; few, so that a drawing library has few colours to keep. */
export const OPACITIES = Array.from({ length: LEVELS }, (_, level) => SOLID * (FAINTEST / SOLID) ** (level / (LEVELS - 1)));

/**
 * Return a level of opacity for every point.
 *
 * `window` is what is seen, [left, top, right, bottom]; as much again around it is counted too, so
 * that the map can be moved. Points beyond are solid.
 */
export function crowdLevels(xs, ys, radius, [left, top, right, bottom]) {
  const [width, height] = [right - left, bottom - top];
  const grid = new Density(left - width, top - height, 3 * width, 3 * height);
  for (let i = 0; i < xs.length; i++) grid.add(xs[i], ys[i]);
  grid.smooth();
  const levels = new Uint8Array(xs.length);
  const perLevel = Math.log(SOLID / FAINTEST) / (LEVELS - 1);
  const area = Math.PI * (radius + EDGE) ** 2;
  for (let i = 0; i < xs.length; i++) {
    const deep = grid.at(xs[i], ys[i]) * area; // points over one another
    if (deep > 1) levels[i] = Math.min(LEVELS - 1, Math.round((FADING * Math.log(deep)) / perLevel));
  }
  return levels;
}

/** Points per square pixel, smoothed; read between the middles of cells, so that no cell shows. */
class Density {
  constructor(x, y, width, height) {
    Object.assign(this, { x, y, columns: Math.ceil(width / CELL) + 2, rows: Math.ceil(height / CELL) + 2 });
    this.counts = new Float32Array(this.columns * this.rows);
  }

  /** A cell and one more on every side, so that reading between cells stays inside. */
  #cell(x, y) {
    const [column, row] = [Math.floor((x - this.x) / CELL) + 1, Math.floor((y - this.y) / CELL) + 1];
    return column > 0 && row > 0 && column < this.columns - 1 && row < this.rows - 1 ? row * this.columns + column : -1;
  }

  add(x, y) {
    const cell = this.#cell(x, y);
    if (cell >= 0) this.counts[cell] += 1 / (CELL * CELL);
  }

  /** Twice a quarter, a half, a quarter, along rows and along columns. */
  smooth() {
    for (const step of [1, this.columns, 1, this.columns]) {
      const before = this.counts.slice();
      for (let c = step; c < before.length - step; c++) {
        this.counts[c] = before[c] / 2 + (before[c - step] + before[c + step]) / 4;
      }
    }
  }

  at(x, y) {
    if (this.#cell(x, y) < 0) return 0;
    const [across, down] = [(x - this.x) / CELL + 0.5, (y - this.y) / CELL + 0.5];
    const [column, row] = [Math.floor(across), Math.floor(down)];
    const [right, below] = [across - column, down - row];
    const c = row * this.columns + column;
    const { counts, columns } = this;
    const upper = counts[c] * (1 - right) + counts[c + 1] * right;
    const lower = counts[c + columns] * (1 - right) + counts[c + columns + 1] * right;
    return upper * (1 - below) + lower * below;
  }
}
