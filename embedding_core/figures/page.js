"use strict";

/* Draws the map, keeps to the reader's light or dark, and lets no two labels meet at any size. */

const SIDES = [
  ["middle right", 1, 0], ["middle left", -1, 0], ["top center", 0, -1], ["bottom center", 0, 1],
  ["top right", 1, -1], ["bottom right", 1, 1], ["top left", -1, -1], ["bottom left", -1, 1],
];

function main(data, layout, themes, pictures) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const theme = () => themes[dark.matches ? "dark" : "light"];
  for (const [place, colour] of Object.entries(theme())) {
    const path = place.split(".");
    const last = path.pop();
    path.reduce((part, step) => (part[step] ??= {}), layout)[last] = colour;
  }
  const home = document.getElementById("map");
  Plotly.newPlot(home, data, layout, {
    responsive: true, displaylogo: false, scrollZoom: true,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
  }).then(() => {
    const settle = () => labelAgain(home);
    settle();
    // After zooming, resizing, and hiding a category in the legend.
    home.on("plotly_relayout", settle);
    home.on("plotly_restyle", settle);
    if (pictures) showPictures(home, pictures, theme);
    dark.addEventListener("change", () => Plotly.relayout(home, theme()));
  });
}

/** Place the labels anew for the size and the part of the map in view. */
function labelAgain(home) {
  const shown = home.data.map((trace, at) => [trace, at])
    .filter(([trace]) => trace.mode === "markers+text" && trace.visible !== "legendonly");
  if (!shown.length) return;
  const { xaxis, yaxis } = home._fullLayout;
  const labels = shown.flatMap(([trace], row) => Array.from(trace.customdata, (text, i) => ({
    row, i, text, x: xaxis.l2p(trace.x[i]), y: yaxis.l2p(trace.y[i]),
    size: trace.textfont.size, reach: trace.marker.size / 2 + 2,
  }))).filter(({ x, y }) => x >= 0 && y >= 0 && x <= xaxis._length && y <= yaxis._length);
  // In the items' order, not that of the categories: the first named is the first placed.
  labels.sort((a, b) => shown[a.row][0].ids[a.i] - shown[b.row][0].ids[b.i]);
  const text = shown.map(([trace]) => Array.from(trace.customdata, () => ""));
  const textposition = shown.map(([trace]) => Array.from(trace.customdata, () => "middle right"));
  const taken = [];
  for (const label of labels) {
    const place = bestPlace(label, taken, labels, xaxis._length, yaxis._length);
    if (!place) continue;
    taken.push(place.box);
    text[label.row][label.i] = label.text;
    textposition[label.row][label.i] = place.side;
  }
  const same = shown.every(([trace], row) =>
    String(trace.text) === String(text[row]) &&
    String(trace.textposition) === String(textposition[row]));
  if (!same) Plotly.restyle(home, { text, textposition }, shown.map(([, at]) => at));
}

function bestPlace(label, taken, points, width, height) {
  let best;
  for (const [side, right, down] of SIDES) {
    const box = boxAt(label, right, down);
    const [left, top, end, bottom] = box;
    if (left < 0 || top < 0 || end > width || bottom > height) continue;
    if (taken.some((other) => left < other[2] && other[0] < end && top < other[3] && other[1] < bottom)) continue;
    const covered = points.filter(({ x, y }) => x > left && x < end && y > top && y < bottom).length;
    if (!best || covered < best.covered) best = { side, box, covered };
    if (!covered) break;
  }
  return best;
}

function boxAt({ x, y, text, size, reach }, right, down) {
  const width = textWidth(text, size), height = size * 1.25;
  const left = x + right * (reach + width / 2) - width / 2;
  const top = y + down * (reach + height / 2) - height / 2;
  return [left, top, left + width, top + height];
}

const pen = document.createElement("canvas").getContext("2d");
const signs = { "&lt;": "<", "&gt;": ">", "&#36;": "$", "&amp;": "&" };

function textWidth(text, size) {
  pen.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
  return pen.measureText(text.replace(/&(lt|gt|#36|amp);/g, (sign) => signs[sign])).width;
}
