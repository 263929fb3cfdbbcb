/** What a map asks to be painted of a graph: all its edges, thin; those of an item, strong. */
import { decodeIndices } from "./indices.js";
import { payload } from "./payloads.js";

const WIDTHS = [0.6, 0.9, 1.3, 1.9, 2.7]; // pixels, from the weakest edges to the strongest
const [SOLID, FAINTEST] = [0.55, 0.07]; // opacity of few edges, and of very many
const FEW = 12; // over the root of how many there are
const HEAD = [7, 0.45]; // an arrow's length in pixels, and half its angle
const MOST_ARROWS = 1_500;
const MOST_MOVING = 3_000; // edges that a hand can move without waiting for them

export const EDGE = { sign: "ex-stroke ex-edge", text: "edge of a selected node", dash: [], tone: "text" };

/** Fetch the edges that the app sent, without anything waiting for them. */
export async function hearEdges(map, id = undefined) {
  if (id === map.edgesId) return;
  Object.assign(map, { edgesId: id, edges: undefined });
  const edges = id && (await payload(id));
  if (map.edgesId !== id) return;
  map.edges = edges;
  if (map.xs) map.paintGround();
}

/** The edges on the screen, as strokes: many faint ones, and over them those that the app marked; some while they move. */
export function edgesOf(map, isMoving = false) {
  const marked = strokesOf(map, markedPairs(map), { width: 1.6, opacity: 0.85, colour: map.theme.text });
  if (!map.edges) return marked;
  const { pairs, levels } = map.edges;
  const opacity = Math.max(FAINTEST, Math.min(SOLID, FEW / Math.sqrt(pairs.length / 2)));
  const strokes = WIDTHS.map((width) => ({ width, opacity, colour: map.theme.muted, ends: [] }));
  const hasArrows = map.edges.directed && pairs.length / 2 <= MOST_ARROWS;
  const step = isMoving ? Math.ceil(levels.length / MOST_MOVING) : 1;
  for (let e = 0; e < levels.length; e += step) {
    addEdge(map, strokes[levels[e]].ends, pairs[2 * e], pairs[2 * e + 1], hasArrows);
  }
  return [...strokes.filter(({ ends }) => ends.length), ...marked];
}

/** The edges of the items under the pointer, here and in another drawing. */
export function edgesPointed(map) {
  if (!map.edges) return [];
  const { pairs } = map.edges;
  const found = [];
  for (const item of [...map.pointed, ...map.linked]) {
    for (const e of edgesAt(map.edges, map.geometry.n, item)) found.push(pairs[2 * e], pairs[2 * e + 1]);
  }
  return strokesOf(map, found, { width: 1.6, opacity: 0.9, colour: map.theme.text });
}

/** Whether some edges stand out, and are to be named. */
export const areEdgesMarked = (map) => markedPairs(map).length > 0;

function markedPairs({ message }) {
  return message.marked ? decodeIndices(message.marked) : [];
}

function strokesOf(map, pairs, style) {
  const ends = [];
  for (let k = 0; k < pairs.length; k += 2) addEdge(map, ends, pairs[k], pairs[k + 1], map.message.directed);
  return ends.length ? [{ ...style, ends }] : [];
}

/** Add the ends of an edge as x, y, x, y, where it can be seen; with an arrow's head, if it leads somewhere. */
function addEdge(map, to, a, b, hasArrow) {
  if (!map.isVisible(a) || !map.isVisible(b)) return;
  const { xs, ys } = map;
  const [left, top, right, bottom] = map.scene.window;
  const [x0, y0, x1, y1] = [xs[a], ys[a], xs[b], ys[b]];
  if (!Number.isFinite(x0 + y0 + x1 + y1)) return; // behind the camera
  if (Math.max(x0, x1) < left || Math.min(x0, x1) > right || Math.max(y0, y1) < top || Math.min(y0, y1) > bottom) return;
  to.push(x0, y0, x1, y1);
  if (hasArrow) addHead(to, x0, y0, x1, y1, map.dot.radiusOf(b) + 1);
}

function addHead(to, x0, y0, x1, y1, before) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  const [size, spread] = HEAD;
  if (length < before + size) return;
  const [x, y] = [x1 - ((x1 - x0) * before) / length, y1 - ((y1 - y0) * before) / length];
  const angle = Math.atan2(y0 - y1, x0 - x1);
  for (const side of [angle - spread, angle + spread]) to.push(x, y, x + size * Math.cos(side), y + size * Math.sin(side));
}

/** Return which edges an item has; counted out once for all items. */
function edgesAt(edges, n, item) {
  edges.rows ??= rowsOf(edges.pairs, n);
  const { starts, members } = edges.rows;
  return members.subarray(starts[item], starts[item + 1]);
}

function rowsOf(pairs, n) {
  const starts = new Uint32Array(n + 1);
  for (const item of pairs) starts[item + 1]++;
  for (let i = 0; i < n; i++) starts[i + 1] += starts[i];
  const [members, next] = [new Uint32Array(pairs.length), starts.slice()];
  for (let k = 0; k < pairs.length; k++) members[next[pairs[k]]++] = k >> 1;
  return { starts, members };
}
