/** Points on their way from one map to the next. */

const DURATION = 400;
export const TRAVEL_LIMIT = 20_000;

export const prefersStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Call `paint(xs, ys)` with places between two sets of places until the last is reached.
 * Resolves when done; `stop()` on the returned object ends it early.
 */
export function travel([fromX, fromY], [toX, toY], paint) {
  const [xs, ys] = [new Float32Array(toX.length), new Float32Array(toY.length)];
  let frame;
  let finish;
  const done = new Promise((resolve) => (finish = resolve));
  const begin = performance.now();
  const step = (now) => {
    const share = ease(Math.min(1, Math.max(0, (now - begin) / DURATION)));
    blend(xs, fromX, toX, share);
    blend(ys, fromY, toY, share);
    paint(xs, ys);
    if (share < 1) frame = requestAnimationFrame(step);
    else finish();
  };
  step(begin);
  return {
    done,
    stop() {
      cancelAnimationFrame(frame);
      finish();
    },
  };
}

const ease = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);

function blend(target, from, to, share) {
  for (let i = 0; i < target.length; i++) {
    // A point that was nowhere (behind the camera) begins where it will be.
    const start = Number.isNaN(from[i]) ? to[i] : from[i];
    target[i] = start + (to[i] - start) * share;
  }
}
