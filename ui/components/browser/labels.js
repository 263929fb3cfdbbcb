/** Which labels fit, and where: greedy, in order of importance, several places around each point. */

const GAP = 3;
const LINE = 1.25;
// Right first: where a reader looks. Each is [x, y] in units of the point's reach, and the anchor.
const PLACES = [
  [1, 0, "start"], [-1, 0, "end"], [0, -1, "middle"], [0, 1, "middle"],
  [0.75, -0.75, "start"], [0.75, 0.75, "start"], [-0.75, -0.75, "end"], [-0.75, 0.75, "end"],
];

/**
 * Place labels.
 *
 * `wanted`: { x, y, text, size, reach, centred, must } in order of importance.
 * Returns those that fit, with `dx`, `dy` and `anchor` from their point.
 */
export function placeLabels(wanted, { width, height, measure, countPoints }) {
  const taken = [];
  const placed = [];
  for (const label of wanted) {
    const place = bestPlace(label, measure(label), taken, { width, height, countPoints });
    if (!place) continue;
    taken.push(place.box);
    placed.push({ ...label, dx: place.dx, dy: place.dy, anchor: place.anchor });
  }
  return placed;
}

function bestPlace(label, textWidth, taken, { width, height, countPoints }) {
  let best;
  for (const place of label.centred ? [[0, 0, "middle"]] : PLACES) {
    const candidate = boxAt(label, textWidth, place);
    const [x0, y0, x1, y1] = candidate.box;
    if (x0 < 1 || y0 < 1 || x1 > width - 1 || y1 > height - 1) continue;
    if (taken.some((other) => overlaps(other, candidate.box))) continue;
    const covered = label.centred ? 0 : countPoints(x0 + 1, y0 + 2, x1 - 1, y1 - 2);
    if (covered === 0) return candidate;
    if (!best || covered < best.covered) best = { ...candidate, covered };
  }
  // A label across other points is hard to read, so only the important ones may do so.
  return label.must ? best : undefined;
}

function boxAt({ x, y, size, reach = 0 }, textWidth, [sx, sy, anchor]) {
  const lineHeight = size * LINE;
  const dx = sx * (reach + GAP);
  const dy = sy * (reach + GAP / 2 + lineHeight / 2);
  const left = x + dx - { start: 0, middle: textWidth / 2, end: textWidth }[anchor];
  const top = y + dy - lineHeight / 2;
  return { dx, dy, anchor, box: [left - 1, top, left + textWidth + 1, top + lineHeight] };
}

const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
