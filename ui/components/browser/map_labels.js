/** Which labels a map would like to show, the most important first. */
import { shorten } from "./text.js";

const ALL_LABELS = 150; // up to here every item asks for its label
const MOST = 80; // of a large selection, as many carry their label

/** Return labels for `placeLabels`; `item` is -1 for those that belong to no item. */
export function wantedLabels(map) {
  const { geometry, selection, emphasised, linked, theme, xs, ys, dot, message } = map;
  const asked = new Set();
  const wanted = [];
  const ask = (items, style) => {
    for (const item of items) {
      if (asked.has(item) || !map.isVisible(item)) continue;
      asked.add(item);
      const text = shorten(geometry.labels[item]);
      wanted.push({ item, text, x: xs[item], y: ys[item], reach: dot.size / 2 + 2, size: 12.5, weight: 400, colour: theme.text, ...style });
    }
  };
  wanted.push(...extraLabels(map, message, theme));
  ask(linked, { must: true, weight: 600 });
  ask(selection.indices.slice(0, MOST), { must: selection.indices.length <= 12, weight: 600, reach: dot.size / 2 + 5 });
  ask(emphasised.slice(0, MOST), { must: true });
  if (geometry.n <= ALL_LABELS) ask(Array.from({ length: geometry.n }, (_, i) => i), { size: 12 });
  else wanted.push(...categoryLabels(map, theme));
  return wanted;
}

function extraLabels(map, { extra }, theme) {
  return extra.map(([text, at]) => {
    const [x, y] = map.placeOf(at);
    return { item: -1, at, text: shorten(text), x, y, reach: 10, must: true, size: 12.5, weight: 600, colour: theme.primary };
  });
}

/** The name of a category at the median of its points. */
function categoryLabels(map, theme) {
  const { colour, coords, hidden } = map;
  if (colour.kind !== "codes") return [];
  return colour.groups
    .filter(({ code, indices }) => code >= 0 && indices.length > 1 && !hidden.has(code))
    .sort((a, b) => b.indices.length - a.indices.length)
    .slice(0, MOST)
    .map(({ code, indices }) => {
      const at = coords.map((axis) => median(indices, axis));
      const [x, y] = map.placeOf(at);
      return { item: -1, at, text: shorten(colour.categories[code][0], 28), x, y, centred: true, size: 13, weight: 600, colour: theme.text };
    });
}

function median(indices, axis) {
  // A sample is enough to place a word.
  const step = Math.max(1, Math.floor(indices.length / 2000));
  const values = [];
  for (let k = 0; k < indices.length; k += step) values.push(axis[indices[k]]);
  return values.sort((a, b) => a - b)[values.length >> 1];
}
