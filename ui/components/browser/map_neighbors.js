/** What a map does to the neighbours of an item: keeps them, tears them away, makes them up. */
import { payload } from "./payloads.js";

export const TIES = {
  kept: { dash: [], tone: "muted", sign: "ex-stroke", text: "true neighbour" },
  torn: { dash: [], tone: "primary", sign: "ex-stroke ex-torn", text: "true, but torn away" },
  false: { dash: [4, 4], tone: "muted", sign: "ex-stroke ex-dashed", text: "near only on the map" },
};

/** Fetch the true neighbours that the app sent, without anything waiting for them. */
export async function hearNeighbors(map, id = undefined) {
  if (id === map.neighborsId) return;
  Object.assign(map, { neighborsId: id, neighbors: undefined });
  const neighbors = id && (await payload(id));
  if (map.neighborsId === id) map.neighbors = neighbors;
}

/** Return [item, other, kind] of an item's true neighbours and of the strangers near it on the map. */
export function tiesOf(map, item) {
  const { neighbors, geometry } = map;
  if (!neighbors || neighbors.neighbors.length !== neighbors.k * geometry.n || areTold(map, item)) return [];
  const { k } = neighbors;
  const found = neighbors.neighbors.subarray(item * k, (item + 1) * k);
  const near = nearestOnMap(map.past ?? map.coords, item, k);
  const ties = Array.from(found, (other) => [item, other, near.includes(other) ? "kept" : "torn"]);
  const strangers = near.filter((other) => !found.includes(other)).map((other) => [item, other, "false"]);
  return [...ties, ...strangers];
}

/** Return [from, to, kind] of the lines that the app asked for: those of a selected item by kind. */
export function linesOf(map) {
  const { lines } = map.message;
  const alone = map.selection.indices.length === 1 ? map.selection.indices[0] : -1;
  const count = lines.filter(([from, , isTrue]) => from === alone && isTrue).length;
  const near = count ? nearestOnMap(map.past ?? map.coords, alone, count) : [];
  const kind = ([from, to, isTrue]) => {
    if (!isTrue) return "false";
    return from === alone && !near.includes(to) ? "torn" : "kept";
  };
  return lines.map((line) => [line[0], line[1], kind(line)]);
}

/** Return the kinds among ties, in their order; with titles of their own, solid and dashed lines are those. */
export function kindsIn(ties, titles = undefined) {
  const named = (kind) => (titles ? { ...TIES[kind], text: titles[Number(kind === "false")] } : TIES[kind]);
  return Object.keys(TIES).filter((kind) => ties.some(([, , other]) => other === kind)).map(named).filter(({ text }) => text);
}

/** Whether lines of an item are there already, because it is selected. */
function areTold({ message, selection }, item) {
  return selection.indices.length === 1 && selection.has(item) && message.lines.some(([from]) => from === item);
}

/** Return the `k` items nearest to one on the map itself, however it is turned or zoomed. */
export function nearestOnMap(coords, item, k) {
  const [xs, ys, zs] = coords;
  const [x, y, z] = coords.map((axis) => axis[item]);
  const [near, distances] = [[], []];
  for (let i = 0; i < xs.length; i++) {
    const distance = (xs[i] - x) ** 2 + (ys[i] - y) ** 2 + (zs ? (zs[i] - z) ** 2 : 0);
    if (i === item || (near.length === k && distance >= distances[k - 1])) continue;
    let at = Math.min(near.length, k - 1);
    for (; at > 0 && distances[at - 1] > distance; at--) [near[at], distances[at]] = [near[at - 1], distances[at - 1]];
    [near[at], distances[at]] = [i, distance];
  }
  return near;
}
