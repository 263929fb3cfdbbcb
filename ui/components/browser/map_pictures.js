/**
 * Pictures in place of points: as many as find room, the rest stay points.
 *
 * Who is shown depends on the selection and on how close the map is seen: moving the map changes no
 * picture in view, coming closer adds some.
 */
import { MOST_RINGS } from "./marks.js";
import { openPictures } from "./pictures.js";

const SIZE = { least: 28, crisp: 18, most: 64 }; // pixels of the longer side; less for pictures of few pixels
const SHARE = 0.35; // of the map that pictures of all items may fill
const GAP = 5; // pixels between two, their edges included
const [BRIGHT, FAINT] = [1, 0.3];
/** Nobody's picture. */
export const NONE = { items: [], size: 0, has: () => false };

/** Fetch the pictures that the app sent, without anything waiting for them. */
export async function hearPictures(map, { pictures: id, cells }) {
  const asked = `${id} ${cells}`;
  if (asked === map.picturesAsked) return;
  Object.assign(map, { picturesAsked: asked, pictures: undefined, pictured: NONE });
  if (!id) return;
  const pictures = await openPictures(id, cells);
  if (map.picturesAsked !== asked) return; // another message has overtaken this one
  map.pictures = pictures;
  map.frame.root.dataset.pictures = String(pictures.n);
  map.layLabels();
  map.paint();
}

/** Whether pictures stand for points. */
export function arePictured({ pictures, message }) {
  return Boolean(pictures && message.areMarks);
}

/** Choose whose pictures are shown, and how large. */
export function layPictures(map) {
  map.pictured = NONE;
  if (!arePictured(map) || !map.xs) return;
  const size = sizeOf(map);
  const taken = new Taken(size + GAP, around(map.scene.window));
  const items = [];
  for (const i of inOrder(map)) {
    if (!map.isVisible(i) || !map.pictures.has(i)) continue;
    const [width, height] = map.pictures.fit(i, size);
    if (taken.take(map.xs[i], map.ys[i], width + GAP, height + GAP)) items.push(i);
  }
  const members = new Set(items);
  map.pictured = { items, size, has: (i) => members.has(i), magnification: map.scene.magnification };
}

/** The window and as much again on every side: beyond, nothing has a say in who is shown. */
function around([left, top, right, bottom]) {
  const [width, height] = [right - left, bottom - top];
  return [left - width, top - height, right + width, bottom + height];
}

/** The same where the map is seen closer or from further off than before. */
export function followPictures(map) {
  if (map.pictured !== NONE && map.pictured.magnification !== map.scene.magnification) layPictures(map);
}

/** Pictures grow while the map comes closer, and slower than it does, so that more find room. */
function sizeOf({ scene, geometry, frame, pictures }) {
  const least = pictures.crisp ? SIZE.crisp : SIZE.least;
  const alone = Math.sqrt((SHARE * frame.width * frame.height) / geometry.n);
  return Math.min(SIZE.most, Math.max(least, alone * Math.sqrt(scene.magnification ?? 1)));
}

/** The selected first, then those the app emphasises, then all others in an order that has nothing to do with theirs. */
function inOrder(map) {
  const { selection, emphasised, geometry, coords } = map;
  const first = [...selection.indices.slice(0, MOST_RINGS), ...emphasised];
  return new Set(coords.length === 2 ? [...first, ...scattered(map, geometry.n)] : first);
}

/** Steps of the golden section through all items: any first few of them are spread over the list. */
function scattered(map, n) {
  if (map.scatter?.length === n) return map.scatter;
  const golden = (Math.sqrt(5) - 1) / 2;
  const place = Float64Array.from({ length: n }, (_, i) => (i * golden) % 1);
  map.scatter = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => place[a] - place[b]);
  return map.scatter;
}

/** Boxes with sides up to `side`, none over another; in a grid of that side only cells beside each other can meet. */
class Taken {
  constructor(side, [left, top, right, bottom]) {
    Object.assign(this, { side, left, top, right, bottom, columns: Math.ceil((right - left) / side) + 2 });
    this.cells = []; // of flat lists: x, y, width, height of each box in the cell
  }

  /** Take the box around a place, if it is free and not too far out. */
  take(x, y, width, height) {
    const isNear = x >= this.left && x <= this.right && y >= this.top && y <= this.bottom;
    if (!isNear) return false; // nor is what lies behind the camera, whose place is no number
    const [column, row] = [Math.floor((x - this.left) / this.side) + 1, Math.floor((y - this.top) / this.side) + 1];
    const own = row * this.columns + column;
    for (const step of [0, -1, 1, -this.columns, this.columns, -this.columns - 1, -this.columns + 1, this.columns - 1, this.columns + 1]) {
      if (meets(this.cells[own + step], x, y, width, height)) return false;
    }
    (this.cells[own] ??= []).push(x, y, width, height);
    return true;
  }
}

/** Whether a box lies over one of some others. */
function meets(boxes, x, y, width, height) {
  for (let b = 0; b < (boxes?.length ?? 0); b += 4) {
    if (2 * Math.abs(boxes[b] - x) < boxes[b + 2] + width && 2 * Math.abs(boxes[b + 1] - y) < boxes[b + 3] + height) return true;
  }
  return false;
}

/** Return the item whose picture is at a place on the screen, or -1. */
export function pictureAt(map, x, y) {
  const { items, size } = map.pictured;
  const found = items.find((i) => {
    const [dx, dy] = [Math.abs(x - map.xs[i]), Math.abs(y - map.ys[i])];
    if (dx > size / 2 || dy > size / 2) return false;
    const [width, height] = map.pictures.fit(i, size);
    return dx <= width / 2 && dy <= height / 2;
  });
  return found ?? -1;
}

/** Return how far an item's mark reaches from its middle: its picture's longer side, or its point's edge. */
export function reachOf({ pictured, dot }, item) {
  return pictured.has(item) ? pictured.size / 2 : dot.radiusOf(item);
}

/** Return the shown pictures in view: { pictures, item, box, colour, opacity }, the faint ones first. */
export function picturesOf(map, xs = map.xs, ys = map.ys) {
  const { pictured, scene, selection, emphasised } = map;
  const [left, top, right, bottom] = scene.window;
  const reach = pictured.size;
  const near = new Set(emphasised);
  const isBright = (i) => !selection.indices.length || selection.has(i) || near.has(i);
  const seen = pictured.items.filter((i) => xs[i] > left - reach && xs[i] < right + reach && ys[i] > top - reach && ys[i] < bottom + reach);
  const faint = seen.filter((i) => !isBright(i));
  return [
    ...faint.map((i) => pictureOf(map, i, xs, ys, FAINT)),
    ...seen.filter(isBright).map((i) => pictureOf(map, i, xs, ys, BRIGHT)),
  ];
}

/** Return one picture as it is painted, around its item's place. */
export function pictureOf({ pictures, pictured, colour }, item, xs, ys, opacity = BRIGHT) {
  const [width, height] = pictures.fit(item, pictured.size || SIZE.least);
  return {
    pictures,
    item,
    box: [xs[item] - width / 2, ys[item] - height / 2, width, height],
    colour: colour.groups[colour.groupOf[item]].colour,
    opacity,
  };
}
