"use strict";

/* Draws small pictures over the points of a flat map, as many as find room, and one beside the pointer. */

const PICTURE = { least: 26, most: 64, share: 0.35, gap: 5, edge: 2, large: 128 };

function showPictures(home, pictures, theme) {
  const image = new Image();
  const flat = Boolean(home._fullLayout.xaxis);
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "position:absolute;left:0;top:0;pointer-events:none";
  // Under the layer of Plotly's that says what is pointed at.
  home.querySelector(".svg-container").insertBefore(canvas, [...home.querySelectorAll(".main-svg")].at(-1));
  let pointed;
  const draw = () => paintPictures(home, canvas, image, pictures, theme().paper_bgcolor, flat, pointed);
  image.onload = draw;
  image.src = pictures.address;
  if (flat) {
    home.on("plotly_relayouting", draw);
    home.on("plotly_afterplot", draw);
  }
  home.on("plotly_hover", ({ points: [point] }) => {
    pointed = point.data.ids ? { item: Number(point.data.ids[point.pointNumber]), point } : undefined;
    draw();
  });
  home.on("plotly_unhover", () => {
    pointed = undefined;
    draw();
  });
}

function paintPictures(home, canvas, image, pictures, ground, flat, pointed) {
  const { width, height } = home._fullLayout;
  const ratio = window.devicePixelRatio || 1;
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  if (!image.complete || !image.naturalWidth) return;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const { l, t, w, h } = home._fullLayout._size;
  if (flat) {
    pen.save();
    pen.beginPath();
    pen.rect(l, t, w, h);
    pen.clip();
    for (const { item, x, y, size, colour } of placedPictures(home, pictures)) {
      const [left, top, wide, high] = boxAround(pictures, item, x, y, size);
      pen.fillStyle = colour;
      pen.fillRect(left - PICTURE.edge, top - PICTURE.edge, wide + 2 * PICTURE.edge, high + 2 * PICTURE.edge);
      cutPicture(pen, image, pictures, item, [left, top, wide, high]);
    }
    pen.restore();
  }
  if (pointed && pictures.boxes[pointed.item][2]) paintPointed(pen, home, image, pictures, pointed, ground);
}

/* Beside the point, on the side where Plotly writes nothing. */
function paintPointed(pen, home, image, pictures, { item, point }, ground) {
  const { l, t, w, h } = home._fullLayout._size;
  const [x, y] = point.xaxis ? [l + point.xaxis.l2p(point.x), t + point.yaxis.l2p(point.y)] : [l + PICTURE.large, t + PICTURE.large];
  const [, , wide, high] = boxAround(pictures, item, 0, 0, PICTURE.large);
  const left = x - wide - 20 < l ? l + w - wide - 8 : x - wide - 20;
  const top = Math.min(Math.max(y - high / 2, t + 4), t + h - high - 4);
  for (const [more, colour] of [[5, "#9a9cab"], [4, ground]]) {
    pen.fillStyle = colour;
    pen.fillRect(left - more, top - more, wide + 2 * more, high + 2 * more);
  }
  cutPicture(pen, image, pictures, item, [left, top, wide, high]);
}

/* In an order that has nothing to do with the items': none over another, the rest stay points. */
function placedPictures(home, pictures) {
  const { xaxis, yaxis, _size: { l, t, w, h } } = home._fullLayout;
  const found = [];
  home.data.forEach((trace, at) => {
    if (!trace.ids || trace.mode !== "markers" || trace.visible === "legendonly") return;
    for (let i = 0; i < trace.x.length; i++) {
      const colour = home.calcdata?.[at]?.[i]?.mcc ?? trace.marker.color;
      found.push({ item: Number(trace.ids[i]), x: l + xaxis.l2p(trace.x[i]), y: t + yaxis.l2p(trace.y[i]), colour });
    }
  });
  const golden = (Math.sqrt(5) - 1) / 2;
  found.sort((a, b) => ((a.item * golden) % 1) - ((b.item * golden) % 1));
  const inView = found.filter(({ x, y }) => x > l && x < l + w && y > t && y < t + h).length;
  const size = Math.min(PICTURE.most, Math.max(PICTURE.least, Math.sqrt((PICTURE.share * w * h) / Math.max(1, inView))));
  const taken = [];
  return found.filter(({ item, x, y }) => {
    if (x < l - size || x > l + w + size || y < t - size || y > t + h + size || !pictures.boxes[item][2]) return false;
    const box = boxAround(pictures, item, x, y, size + PICTURE.gap);
    if (taken.some((other) => box[0] < other[0] + other[2] && other[0] < box[0] + box[2] && box[1] < other[1] + other[3] && other[1] < box[1] + box[3])) return false;
    return taken.push(box);
  }).map((picture) => ({ ...picture, size }));
}

function boxAround({ boxes }, item, x, y, size) {
  const [left, top, right, bottom] = boxes[item];
  const scale = size / Math.max(right - left, bottom - top);
  const [wide, high] = [(right - left) * scale, (bottom - top) * scale];
  return [x - wide / 2, y - high / 2, wide, high];
}

function cutPicture(pen, image, { columns, edge, cells, boxes, crisp }, item, [x, y, wide, high]) {
  const [left, top, right, bottom] = boxes[item];
  const [column, row] = [cells[item] % columns, Math.floor(cells[item] / columns)];
  pen.imageSmoothingEnabled = !(crisp && wide > right - left);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, column * edge + left, row * edge + top, right - left, bottom - top, x, y, wide, high);
}
