/** Which labels a map would like to show, the most important first. */
import { arePictured, reachOf } from "./map_pictures.js";
import { shorten } from "./text.js";

const ALL_LABELS = 150; // up to here every item asks for its label
const FEW = 3; // selected pictures
const MOST = 80; // as many selected items, neighbours or categories carry their label
const TITLE = { few: 12, large: 16, small: 14.5 }; // up to so many names over places are large
const GATHERED = 0.6; // a category spread as far as all points has no place for its name

/** Return labels for `placeLabels`; `item` is -1 for those that belong to no item. */
export function wantedLabels(map) {
  const { geometry, selection, emphasised, linked, theme, xs, ys, message } = map;
  const asked = new Set();
  const wanted = [];
  const ask = (items, { ringed = false, ...style }) => {
    for (const item of items) {
      if (asked.has(item) || !map.isVisible(item) || !map.isInView(item)) continue;
      asked.add(item);
      const text = shorten(geometry.labels[item]);
      wanted.push({ item, text, x: xs[item], y: ys[item], reach: reachOf(map, item) + (ringed ? 5 : 2), size: 12.5, weight: 400, colour: theme.text, ...style });
    }
  };
  if (!map.past) wanted.push(...extraLabels(map, message, theme));
  // Where a picture shows what an item is, its name would hide others: a few selected have theirs.
  const isBare = (item) => !map.pictured.has(item);
  ask(linked.filter(isBare), { must: true, weight: 600 });
  if (selection.indices.length <= (arePictured(map) ? FEW : MOST)) ask(selection.indices, { must: selection.indices.length <= 12, weight: 600, ringed: true });
  if (!map.past) wanted.push(...titleLabels(map, message, theme));
  if (arePictured(map) && map.coords.length === 2) return wanted.filter(isSomewhere);
  if (!arePictured(map)) ask(emphasised.slice(0, MOST), { must: true });
  if (geometry.n <= ALL_LABELS) ask(Array.from({ length: geometry.n }, (_, i) => i), { size: 12 });
  else if (!message.titles.length && !map.past) wanted.push(...categoryLabels(map, theme));
  return wanted.filter(isSomewhere);
}

/** Behind the camera is nowhere. */
const isSomewhere = ({ x, y }) => Number.isFinite(x + y);

/** The names over places: of clusters, say. */
function titleLabels(map, { titles }, theme) {
  const size = titles.length > TITLE.few ? TITLE.small : TITLE.large;
  return titles.map(([text, at]) => {
    const [x, y] = map.placeOf(at);
    return { item: -1, at, text: shorten(text, 36), x, y, centred: true, shifts: true, size, weight: 600, halo: 5, colour: theme.text };
  });
}

function extraLabels(map, { extra }, theme) {
  return extra.map(([text, at]) => {
    const [x, y] = map.placeOf(at);
    return { item: -1, at, text: shorten(text), x, y, reach: 10, must: true, size: 12.5, weight: 600, colour: theme.primary };
  });
}

/** The name of a category at the median of its points, if they lie together. */
function categoryLabels(map, theme) {
  const { colour, coords, hidden } = map;
  if (colour.kind !== "codes") return [];
  colour.middles ??= middlesOf(colour.groups, coords);
  return colour.middles
    .filter(({ code }) => !hidden.has(code))
    .map(({ code, at }) => {
      const [x, y] = map.placeOf(at);
      return { item: -1, at, text: shorten(colour.categories[code][0], 28), x, y, centred: true, size: 13, weight: 600, colour: theme.text };
    });
}

/** Return { code, at } of the categories that lie together, the largest first. */
function middlesOf(groups, coords) {
  const spread = spreadOf(coords);
  return groups
    .filter(({ code, indices }) => code >= 0 && indices.length > 1)
    .sort((a, b) => b.indices.length - a.indices.length)
    .slice(0, MOST)
    .map(({ code, indices }) => {
      const sample = sampled(indices);
      const at = coords.map((axis) => median(sample.map((i) => axis[i])));
      const away = median(sample.map((i) => Math.hypot(...coords.map((axis, k) => axis[i] - at[k]))));
      return { code, at, away };
    })
    .filter(({ away }) => away < GATHERED * spread);
}

/** Root of the mean squared distance of all points to their mean. */
function spreadOf(coords) {
  const variance = (axis) => {
    const mean = axis.reduce((sum, value) => sum + value, 0) / axis.length;
    return axis.reduce((sum, value) => sum + (value - mean) ** 2, 0) / axis.length;
  };
  return Math.sqrt(coords.map(variance).reduce((a, b) => a + b));
}

/** A sample is enough to place a word. */
function sampled(indices) {
  const step = Math.max(1, Math.floor(indices.length / 2000));
  const some = [];
  for (let k = 0; k < indices.length; k += step) some.push(indices[k]);
  return some;
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
