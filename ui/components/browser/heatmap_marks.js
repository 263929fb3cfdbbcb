/** What lies over and beside the cells: labels, numbers, marked rows and columns. */
import { GAP, LABEL, SLANT, textWidth } from "./heatmap_scene.js";
import { KINDS } from "./heatmap_kinds.js";
import { splitCharacters } from "./text.js";
import { inkOn } from "./theme.js";

const LINE = 14; // pixels a label needs
const MARKED = 4; // pixels from the middle of a marked cell to its outline, at least
const NUMBER = { least: 9, most: 13 }; // pixels of the numbers in cells
const pen = document.createElement("canvas").getContext("2d");

export function paintHeatmap(painter, heatmap) {
  const { scene, payload, selection, pointed, cell, brushed } = heatmap;
  const sides = [side("row", scene, payload), side("col", scene, payload)];
  if (heatmap.message.valuesInCells) paintNumbers(painter, heatmap, sides);
  for (const part of sides) {
    const strong = new Set();
    part.items.forEach((item, i) => {
      if (selection.has(item) || pointed.includes(item)) strong.add(i);
    });
    if (cell) strong.add(cell[part.name === "row" ? 0 : 1]);
    if (brushed?.side === part.name) for (let i = brushed.from; i <= brushed.to; i++) strong.add(i);
    paintLabels(painter, heatmap, part, strong);
    paintBands(painter, heatmap, part, part.items);
  }
  paintMarked(painter, heatmap, sides);
  if (cell) paintCell(painter, heatmap, cell);
}

/** Outlines of cells, in view and large enough to be seen however small the cells are. */
function paintMarked(painter, { scene, theme, message }, [rows, columns]) {
  for (const [row, column, kind] of message.marked) {
    if (row < rows.first || row > rows.last || column < columns.first || column > columns.last) continue;
    const corners = cornersOf(scene, [row, column], MARKED);
    painter.outline(corners, { colour: theme.background, width: 4 });
    painter.outline(corners, { colour: theme.text, width: 1.75, dash: KINDS[kind].dash });
  }
}

/** The cells themselves, as Plotly draws them. */
export function paintCells(context, heatmap) {
  const { scene, payload, colours } = heatmap;
  const side = scene.cell;
  for (let row = 0; row < payload.rows; row++) {
    for (let column = 0; column < payload.cols; column++) {
      const value = heatmap.value([row, column]);
      if (Number.isNaN(value)) continue;
      const [x, y] = scene.centreOf([row, column]);
      context.fillStyle = colours[heatmap.shade(value)];
      // Half a pixel more, so that no light shines between two cells.
      context.fillRect(x - side / 2, y - side / 2, side + 0.5, side + 0.5);
    }
  }
}

/** One side of the heatmap: its labels, items, and which of them are in view. */
function side(name, { view, payload }) {
  const isRow = name === "row";
  const [from, to] = isRow ? [view.y[1], view.y[0]] : view.x;
  const last = (isRow ? payload.rows : payload.cols) - 1;
  return {
    name,
    isRow,
    labels: isRow ? payload.rowLabels : payload.colLabels,
    items: isRow ? payload.rowItems : payload.colItems,
    cells: isRow ? payload.rowCells : payload.colCells,
    first: Math.max(0, Math.ceil(from)),
    last: Math.min(last, Math.floor(to)),
  };
}

/** Every label or picture, or every second, fifth, ...; and always those of marked rows and columns. */
function paintLabels(painter, { scene, theme, pictures }, part, strong) {
  if (scene.isPictured && !pictures) return; // on their way
  const room = scene.isPictured ? scene.picture + 2 : LINE;
  const step = niceStep(room / scene.cell);
  const taken = [];
  const paint = (i, isStrong) => {
    const at = part.isRow ? scene.yOf(i) : scene.xOf(i);
    if (taken.some((other) => Math.abs(other - at) < room - 1)) return;
    taken.push(at);
    if (scene.isPictured) paintPicture(painter, scene, part, pictures, part.cells[i], at);
    else paintLabel(painter, scene, part, i, at, { colour: isStrong ? theme.text : theme.muted, weight: isStrong ? LABEL.strong : LABEL.weight, font: theme.font, size: LABEL.size });
  };
  for (const i of strong) if (i >= part.first && i <= part.last && taken.length < 200) paint(i, true);
  for (let i = Math.ceil(part.first / step) * step; i <= part.last; i += step) if (!strong.has(i)) paint(i, false);
}

function paintPicture(painter, scene, { isRow }, pictures, cell, at) {
  if (!pictures.has(cell)) return;
  const [left, , , bottom] = scene.window;
  const [width, height] = pictures.fit(cell, scene.picture);
  const middle = GAP + scene.picture / 2;
  const [x, y] = isRow ? [left - middle, at] : [at, bottom + middle];
  painter.picture(pictures, cell, [x - width / 2, y - height / 2, width, height]);
}

function paintLabel(painter, scene, { isRow, labels }, i, at, style) {
  const [left, , , bottom] = scene.window;
  if (isRow) {
    painter.text(fit(labels[i], scene.labelWidth - 2 * GAP, scene), left - GAP, at, { ...style, anchor: "end" });
  } else {
    const room = Math.min((scene.labelHeight - 14) / SLANT, (at - 4) / SLANT);
    painter.text(fit(labels[i], room, scene), at + 3, bottom + 8, { ...style, anchor: "end", angle: -45 });
  }
}

/** Marked rows and columns: two lines beside them. */
function paintBands(painter, { scene, theme, selection, pointed }, part, items) {
  const [left, top, right, bottom] = scene.window;
  for (let i = part.first; i <= part.last; i++) {
    const chosen = selection.has(items[i]);
    if (!chosen && !pointed.includes(items[i])) continue;
    const colour = chosen ? theme.primary : theme.text;
    const middle = part.isRow ? scene.yOf(i) : scene.xOf(i);
    for (const edge of [middle - scene.cell / 2, middle + scene.cell / 2]) {
      const ends = part.isRow ? [left - 3, edge, right, edge] : [edge, top, edge, bottom + 3];
      painter.line(...ends, { colour: theme.background, width: 4 });
      painter.line(...ends, { colour, width: 2 });
    }
  }
}

function paintCell(painter, { scene, theme }, cell) {
  const corners = cornersOf(scene, cell, 3);
  painter.outline(corners, { colour: theme.background, width: 3.5 });
  painter.outline(corners, { colour: theme.text, width: 1.5 });
}

/** The corners of a cell, or of the square around one that is smaller than that. */
function cornersOf(scene, cell, least) {
  const [x, y] = scene.centreOf(cell);
  const half = Math.max(least, scene.cell / 2);
  return [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]];
}

/** Numbers as large as they fit into every cell; none where they would be too small to read. */
function paintNumbers(painter, heatmap, [rows, columns]) {
  const { scene, theme, format, colours } = heatmap;
  const cells = [];
  for (let row = rows.first; row <= rows.last; row++) {
    for (let column = columns.first; column <= columns.last; column++) {
      const value = heatmap.value([row, column]);
      if (!Number.isNaN(value)) cells.push({ value, at: scene.centreOf([row, column]) });
    }
  }
  const texts = cells.map(({ value }) => format.short(value));
  const size = Math.floor(sizeToFit(texts, scene.cell - 6, theme) * 2) / 2;
  if (size < NUMBER.least) return;
  cells.forEach(({ value, at }, i) => {
    const colour = inkOn(colours[heatmap.shade(value)]);
    painter.text(texts[i], ...at, { size, font: theme.font, anchor: "middle", colour });
  });
}

/** Return the size at which the widest of some texts fits. */
function sizeToFit(texts, room, { font }) {
  pen.font = `${NUMBER.most}px ${font}`;
  const longest = texts.reduce((most, text) => Math.max(most, text.length), 0);
  const widest = Math.max(...texts.filter((text) => text.length >= longest - 1).map((text) => pen.measureText(text).width));
  return Math.min(NUMBER.most, (NUMBER.most * room) / widest, room * 0.75);
}

/** 1, 2, 5, 10, 20, ...: the first that is at least `least`. */
function niceStep(least) {
  for (let power = 1; ; power *= 10) {
    const step = [1, 2, 5].find((unit) => unit * power >= least);
    if (step) return step * power;
  }
}

function fit(text, room, { theme }) {
  const flat = String(text).replace(/\s+/g, " ").slice(0, 80);
  if (textWidth(flat, theme) <= room) return flat;
  const signs = splitCharacters(flat);
  while (signs.length > 1 && textWidth(`${signs.join("")}…`, theme) > room) signs.pop();
  return `${signs.join("").trimEnd()}…`;
}
