/** Where the camera of a map in space stands, worked out before anything is drawn. */

import { extent } from "./extent.js";

const FIELD = 1 / Math.tan(Math.PI / 8); // Plotly's camera sees 45 degrees from top to bottom
const FILLED = 0.86; // share of the stage that points fill, the rest is for labels
const TITLED = 1.05; // how much larger a box is with titles around it
const SAMPLE = 20_000;

export const FRONT = { x: 0.64, y: 0.64, z: 0.42 };
export const ORIGIN = { x: 0, y: 0, z: 0 };
export const UP = { x: 0, y: 0, z: 1 };

/** Return the box around points: its `ranges`, `middle`, `sides` and the longest of them. */
export function boxOf(coords) {
  const ends = coords.map(extent);
  const longest = Math.max(...ends.map(([low, high]) => high - low)) || 1;
  // A flat cloud still gets a box with some depth.
  const sides = ends.map(([low, high]) => Math.max(high - low, longest / 20) * 1.06);
  const middle = ends.map(([low, high]) => (low + high) / 2);
  const ranges = middle.map((at, i) => [at - sides[i] / 2, at + sides[i] / 2]);
  return { ranges, middle, sides, longest: Math.max(...sides) };
}

/** Return the corners of a box, as coordinates, with room for the titles of its axes. */
export function cornersOf({ middle, sides }) {
  const signs = Array.from({ length: 8 }, (_, corner) => [0, 1, 2].map((axis) => ((corner >> axis) & 1 ? 1 : -1)));
  return middle.map((at, axis) => signs.map((sign) => at + (sign[axis] * sides[axis] * TITLED) / 2));
}

/** Return the nearest eye in a direction from which every point lies on a stage of that aspect. */
export function eyeSeeingAll(coords, { middle, longest }, direction, aspect) {
  const ahead = unit([direction.x, direction.y, direction.z]);
  const right = unit(cross([0, 0, 1], ahead));
  const top = cross(ahead, right);
  const step = Math.max(1, Math.floor(coords[0].length / SAMPLE));
  let distance = 0.4;
  for (let i = 0; i < coords[0].length; i += step) {
    const point = coords.map((axis, k) => (axis[i] - middle[k]) / longest);
    const aside = Math.max(Math.abs(dot(point, right)) / aspect, Math.abs(dot(point, top)));
    distance = Math.max(distance, dot(point, ahead) + (FIELD * aside) / FILLED);
  }
  const [x, y, z] = ahead.map((part) => part * distance);
  return { x, y, z };
}

/** Multiply matrices of 4 x 4, column by column. */
export function multiply(a, b) {
  const product = new Array(16);
  for (let column = 0; column < 4; column++) {
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[k * 4 + row] * b[column * 4 + k];
      product[column * 4 + row] = sum;
    }
  }
  return product;
}

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

function unit(vector) {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((part) => part / length);
}
