/** What lies over and beside the cells: labels, numbers, marked rows and columns. */
import { similarity } from "./text.js";
import { rgb } from "./theme.js";

const LINE = 14; // pixels a label needs
const SMALLEST_NUMBER = 22; // pixels a cell needs for its number

export function paintHeatmap(painter, heatmap) {
  const { scene, payload, selection, pointed, cell, brushed } = heatmap;
  const sides = [side("row", scene, payload), side("col", scene, payload)];
  if (heatmap.message.valuesInCells && scene.cell >= SMALLEST_NUMBER) paintNumbers(painter, heatmap, sides);
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
  if (cell) paintCell(painter, heatmap, cell);
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
    first: Math.max(0, Math.ceil(from)),
    last: Math.min(last, Math.floor(to)),
  };
}

/** Every label, or every second, fifth, ...; and always those of marked rows and columns. */
function paintLabels(painter, { scene, theme }, part, strong) {
  const step = niceStep(LINE / scene.cell);
  const taken = [];
  const paint = (i, isStrong) => {
    const at = part.isRow ? scene.yOf(i) : scene.xOf(i);
    if (taken.some((other) => Math.abs(other - at) < LINE - 1)) return;
    taken.push(at);
    paintLabel(painter, scene, part, i, at, { colour: isStrong ? theme.text : theme.muted, weight: isStrong ? 600 : 400, font: theme.font, size: 12 });
  };
  for (const i of strong) if (i >= part.first && i <= part.last && taken.length < 200) paint(i, true);
  for (let i = Math.ceil(part.first / step) * step; i <= part.last; i += step) if (!strong.has(i)) paint(i, false);
}

function paintLabel(painter, scene, { isRow, labels }, i, at, style) {
  const [left, , , bottom] = scene.window;
  if (isRow) {
    painter.text(fit(labels[i], scene.labelWidth - 12), left - 6, at, { ...style, anchor: "end" });
  } else {
    const room = (scene.labelHeight - 12) / 0.72;
    painter.text(fit(labels[i], room), at + 3, bottom + 8, { ...style, anchor: "end", angle: -45 });
  }
}

/** Marked rows and columns: two thin lines beside them. */
function paintBands(painter, { scene, theme, selection, pointed }, part, items) {
  const [left, top, right, bottom] = scene.window;
  for (let i = part.first; i <= part.last; i++) {
    const chosen = selection.has(items[i]);
    if (!chosen && !pointed.includes(items[i])) continue;
    const colour = chosen ? theme.primary : theme.text;
    const middle = part.isRow ? scene.yOf(i) : scene.xOf(i);
    for (const edge of [middle - scene.cell / 2, middle + scene.cell / 2]) {
      if (part.isRow) painter.line(left - 3, edge, right, edge, { colour, width: 1.25 });
      else painter.line(edge, top, edge, bottom + 3, { colour, width: 1.25 });
    }
  }
}

function paintCell(painter, { scene, theme }, [row, column]) {
  const [x, y] = scene.centreOf([row, column]);
  const half = Math.max(3, scene.cell / 2);
  const corners = [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]];
  painter.outline(corners, { colour: theme.background, width: 3.5 });
  painter.outline(corners, { colour: theme.text, width: 1.5 });
}

function paintNumbers(painter, heatmap, [rows, columns]) {
  const { scene, theme } = heatmap;
  const size = Math.min(13, Math.max(9.5, scene.cell * 0.36));
  for (let row = rows.first; row <= rows.last; row++) {
    for (let column = columns.first; column <= columns.last; column++) {
      const value = heatmap.value([row, column]);
      if (Number.isNaN(value)) continue;
      const text = scene.cell < 42 ? similarity(Number(value.toFixed(2))).replace(/(\.\d\d)0$/, "$1") : similarity(value);
      painter.text(text, ...scene.centreOf([row, column]), { size, font: theme.font, anchor: "middle", colour: inkOn(heatmap, value) });
    }
  }
}

/** Black or white, whichever reads better on the cell's colour. */
function inkOn({ colours, message }, value) {
  const [low, high] = message.range;
  const share = Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
  const [r, g, b] = rgb(colours[Math.round(share * (colours.length - 1))]);
  return 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#111318" : "#ffffff";
}

/** 1, 2, 5, 10, 20, ...: the first that is at least `least`. */
function niceStep(least) {
  for (let power = 1; ; power *= 10) {
    const step = [1, 2, 5].find((unit) => unit * power >= least);
    if (step) return step * power;
  }
}

const pen = document.createElement("canvas").getContext("2d");

function fit(text, room) {
  pen.font = "12px sans-serif";
  const flat = String(text).replace(/\s+/g, " ").slice(0, 80);
  if (pen.measureText(flat).width <= room) return flat;
  const signs = Array.from(flat);
  while (signs.length > 1 && pen.measureText(`${signs.join("")}…`).width > room) signs.pop();
  return `${signs.join("").trimEnd()}…`;
}
