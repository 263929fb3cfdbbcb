/** How the items of a map came to their places: frames, and every moment between them. */

const GRID = 65_535;

export class Film {
  /** `frames` is the payload: a grid of whole numbers along each axis, frame after frame. */
  constructor(frames) {
    const axes = [frames.x, frames.y, frames.z].filter(Boolean);
    const n = axes[0].length / frames.count;
    Object.assign(this, { frames, axes, n, last: frames.count - 1, coords: axes.map(() => new Float32Array(n)) });
  }

  /** Return the coordinates at a moment from 0 to `last`, in arrays that the next call fills anew. */
  at(moment) {
    const { axes, coords, n, frames } = this;
    const first = Math.min(Math.floor(moment), this.last);
    const next = Math.min(first + 1, this.last);
    const share = moment - first;
    axes.forEach((axis, d) => {
      const [low, step] = [frames.low[d], frames.span[d] / GRID];
      const [a, b] = [axis.subarray(first * n, (first + 1) * n), axis.subarray(next * n, (next + 1) * n)];
      for (let i = 0; i < n; i++) coords[d][i] = low + step * (a[i] + (b[i] - a[i]) * share);
    });
    return coords;
  }

  stepAt(moment) {
    return this.frames.steps[Math.round(moment)];
  }
}
