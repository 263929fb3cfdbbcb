/** PNG and SVG of what is seen: Plotly's picture, the marks over it, the legend under it. */
import { CanvasPainter, SvgPainter } from "./painters.js";
import { number, shorten } from "./text.js";

const SCALE = 2; // pixels per CSS pixel in a PNG
const ROW = 20;

/**
 * `what`: { Plotly, place (null where Plotly's picture is not what is seen), theme, width, height, paint(painter), legend, fileName }, and
 * `paintGround(painter)` where something lies under the points, `lend()` where Plotly has to be
 * told more for a picture than for the screen.
 * `legend`: { entries: [name, colour][] } or { colours, low, high, title } or {}; plus `badge` and
 * `keys`, { text, dash, isLine, colour } each, and `sizes`, { title, ends, radii }.
 */
export async function saveSvg(what) {
  const rows = legendRows(what);
  const size = [what.width, what.height + rows.length * ROW];
  const [ground, painter] = [new SvgPainter(), new SvgPainter()];
  what.paintGround?.(ground);
  what.paint(painter);
  paintRows(painter, rows, what);
  const points = what.place ? decodeURIComponent((await plotlyPicture(what, "svg", 1)).split(",").slice(1).join(",")) : "";
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${size[0]}" height="${size[1]}" viewBox="0 0 ${size.join(" ")}">` +
    `<rect width="100%" height="100%" fill="${what.theme.background}"/>${ground}${points}${painter}</svg>`;
  save(new Blob([svg], { type: "image/svg+xml" }), `${what.fileName}.svg`);
}

export async function savePng(what) {
  const rows = legendRows(what);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [what.width * SCALE, (what.height + rows.length * ROW) * SCALE];
  const context = canvas.getContext("2d");
  context.fillStyle = what.theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(SCALE, SCALE);
  const painter = new CanvasPainter(context);
  what.paintGround?.(painter);
  if (what.place) context.drawImage(await loadImage(await plotlyPicture(what, "png", SCALE)), 0, 0, what.width, what.height);
  what.paint(painter);
  paintRows(painter, rows, what);
  save(await new Promise((resolve) => canvas.toBlob(resolve, "image/png")), `${what.fileName}.png`);
}

async function plotlyPicture({ Plotly, place, lend, width, height }, format, scale) {
  const end = lend?.();
  try {
    return await Plotly.toImage(place, { format, width, height, scale });
  } finally {
    end?.();
  }
}

function loadImage(address) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("The picture could not be made."));
    image.src = address;
  });
}

/** Lay legend entries out in as many rows as the width needs, the badge below them. */
function legendRows({ legend, width, badge }) {
  const rows = [];
  if (legend.colours) rows.push([{ ...legend, x: 12 }]);
  let x = Infinity;
  for (const [name, colour] of legend.entries ?? []) {
    const text = shorten(name, 28);
    const room = 30 + text.length * 7;
    if (x + room > width) {
      rows.push([]);
      x = 12;
    }
    rows.at(-1).push({ text, colour, x });
    x += room;
  }
  if (legend.sizes) rows.push(sizeRow(legend.sizes));
  if (legend.keys?.length) rows.push(besideEachOther(legend.keys));
  if (badge) rows.push([{ text: badge, x: 12 }]);
  return rows;
}

function sizeRow({ title, ends, radii: [least, most] }) {
  const [low, high] = ends ? ends.map(number) : ["least", "most"];
  const name = shorten(title || "Size", 48);
  const x = 26 + name.length * 7;
  return [{ x: 12, text: name }, { x, text: low, radius: least }, { x: x + 2 * least + 2 * most + 24 + low.length * 7, text: high, radius: most }];
}

function besideEachOther(keys) {
  let x = 12;
  return keys.map((key) => {
    const placed = { ...key, x };
    x += 40 + key.text.length * 7;
    return placed;
  });
}

function paintRows(painter, rows, { theme, height }) {
  const style = { size: 12, font: theme.font, colour: theme.text };
  rows.forEach((row, i) => {
    const y = height + i * ROW + ROW / 2;
    for (const { x, text, colour, colours, low, high, title, dash, isLine, radius } of row) {
      if (isLine) {
        painter.line(x, y, x + 22, y, { colour, dash, width: 1.5 });
        painter.text(text, x + 28, y, style);
      } else if (dash) {
        painter.outline([[x, y - 5], [x + 10, y - 5], [x + 10, y + 5], [x, y + 5]], { colour: theme.text, dash });
        painter.text(text, x + 18, y, style);
      } else if (radius) {
        painter.dots([x, y], Math.min(radius, ROW / 2), { fill: theme.muted });
        painter.text(text, x + radius + 6, y, style);
      } else if (colours) {
        painter.bar(x, y - 4, 140, 8, colours);
        painter.text(`${low} to ${high}  ${title}`, x + 150, y, style);
      } else if (colour) {
        painter.dots([x + 4, y], 4, { fill: colour });
        painter.text(text, x + 14, y, style);
      } else painter.text(text, x, y, { ...style, colour: theme.muted });
    }
  });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
