/** What a hand, or the keyboard, does on a map: click, outline, keys. */
import { insideOutline } from "./grid.js";
import { walk } from "./map_walk.js";
import { plural } from "./text.js";

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function click(map, x, y, { shiftKey }) {
  const item = map.itemAt(x, y);
  if (item >= 0) choose(map, shiftKey ? toggled(map, item) : [item]);
  else if (!shiftKey && map.selection.indices.length) choose(map, []);
}

export function drawOutline(map, corners, done, { shiftKey }) {
  map.outline = done ? null : corners;
  if (!done) return map.paintPointer();
  const inside = insideOutline(map.xs, map.ys, corners, (i) => map.isVisible(i));
  return choose(map, shiftKey ? [...new Set([...map.selection.indices, ...inside])] : inside);
}

/** Return what a key does here, if anything. */
export function keyAct(map, { key, shiftKey }) {
  const acts = {
    Enter: () => map.cursor >= 0 && choose(map, shiftKey ? toggled(map, map.cursor) : [map.cursor]),
    Escape: () => map.selection.indices.length && choose(map, []),
    "+": () => map.scene.zoom(1.4),
    "-": () => map.scene.zoom(1 / 1.4),
    0: () => map.scene.showAll(),
  };
  return ARROWS[key] ? () => walk(map, ARROWS[key]) : acts[key];
}

function toggled({ selection }, item) {
  return selection.has(item) ? selection.indices.filter((i) => i !== item) : [...selection.indices, item];
}

function choose(map, indices) {
  map.selection.choose(indices, map.send);
  map.link.select(indices);
  map.layLabels();
  map.paint();
  const one = indices.length === 1 ? map.geometry.labels[indices[0]] : plural(indices.length, "item");
  map.frame.say(indices.length ? `Selected ${one}.` : "Nothing selected.");
}
