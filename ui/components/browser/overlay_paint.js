/** What is painted over a picture: heat about zero, and boxes that show on any ground. */
import { rgb } from "./theme.js";

const STRONGEST = 0.8; // how opaque the largest of the values is

/** Paint values of regions, smoothly from one to the next: nothing at zero, a colour on either side. */
export function paintHeat(context, values, { rows, columns }, place, [low, high], colours) {
  const largest = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const ends = [colours[6], colours.at(-7)].map(rgb); // blue against, red for
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: columns, height: rows });
  const small = canvas.getContext("2d");
  const pixels = small.createImageData(columns, rows);
  values.forEach((value, i) => {
    const colour = ends[value > 0 ? 1 : 0];
    pixels.data.set([...colour, 255 * STRONGEST * Math.min(1, Math.abs(value) / largest)], 4 * i);
  });
  small.putImageData(pixels, 0, 0);
  context.save();
  context.beginPath();
  context.rect(...place);
  context.clip();
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, ...place);
  context.restore();
}

/** Outline a part: white within black, which is seen on every picture. */
export function paintBox(context, [x, y, width, height], theme, weight, isOwn = false) {
  context.save();
  context.lineJoin = "round";
  context.strokeStyle = "#000000";
  context.lineWidth = weight + 2;
  context.strokeRect(x, y, width, height);
  context.strokeStyle = isOwn ? theme.primary : "#ffffff";
  context.lineWidth = weight;
  context.strokeRect(x, y, width, height);
  if (isOwn) {
    context.strokeStyle = "#ffffff";
    context.lineWidth = 1;
    context.strokeRect(x - weight, y - weight, width + 2 * weight, height + 2 * weight);
  }
  context.restore();
}
