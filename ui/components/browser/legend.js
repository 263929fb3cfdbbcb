/** What the colours mean: a list of categories to switch on and off, or a slim bar with its range. */
import { element } from "./dom.js";
import { number, shorten } from "./text.js";

const MANY = 12;

/** Show categories. `onToggle(code, alone)`: a click switches one, with Shift or twice all others. */
export function showCategories(frame, categories, counts, hidden, onToggle) {
  frame.root.classList.toggle("ex-many", categories.length > MANY);
  frame.legend.replaceChildren(
    ...categories.map(([name, colour], code) => {
      const dot = element("i", { class: "ex-dot" });
      dot.style.background = colour;
      return element(
        "button",
        {
          type: "button",
          class: "ex-entry",
          "aria-pressed": String(!hidden.has(code)),
          title: `${name}: ${counts[code].toLocaleString("en-US")}. Click to hide or show, double-click to see it alone.`,
          onclick: (event) => onToggle(code, event.shiftKey || event.detail === 2),
        },
        dot,
        element("span", { dir: "auto" }, shorten(name, 40)),
      );
    }),
  );
}

export function showScale(frame, colours, [low, high], title, format = number) {
  frame.root.classList.remove("ex-many");
  const bar = element("i", { class: "ex-bar" });
  bar.style.background = `linear-gradient(to right, ${colours.join(",")})`;
  const label = `Colour: ${title || "value"} from ${format(low)} to ${format(high)}`;
  frame.legend.replaceChildren(
    element(
      "div",
      { class: "ex-scale", role: "img", "aria-label": label },
      title ? element("span", { class: "ex-scale-title", dir: "auto", title }, shorten(title, 48)) : null,
      element("span", { class: "ex-number" }, format(low)), bar, element("span", { class: "ex-number" }, format(high)),
    ),
  );
}

/** Add what signs mean, beside the colours: { sign, text } each, `sign` being classes of view.css. */
export function addKeys(frame, keys) {
  frame.legend.append(...keys.map(keyOf));
}

/** Add what the sizes of points are: the smallest and the largest, as large as they are drawn. */
export function addSizes(frame, { title, ends, radii }) {
  const dot = (radius) => {
    const made = element("i", { class: "ex-size" });
    made.style.width = made.style.height = `${2 * radius}px`;
    return made;
  };
  const [low, high] = ends ? ends.map(number) : ["least", "most"];
  const label = `Size: ${title || "value"} from ${low} to ${high}`;
  const entry = element(
    "div",
    { class: "ex-scale", role: "img", "aria-label": label },
    element("span", { class: "ex-scale-title", dir: "auto", title }, shorten(title || "Size", 48)),
    dot(radii[0]), element("span", { class: "ex-number" }, low), dot(radii[1]), element("span", { class: "ex-number" }, high),
  );
  if (frame.root.classList.contains("ex-many")) frame.legend.prepend(entry);
  else frame.legend.append(entry);
}

export function keyOf({ sign, text }) {
  return element("span", { class: "ex-key" }, element("i", { class: sign }), text);
}

export function showNothing(frame) {
  frame.root.classList.remove("ex-many");
  frame.legend.replaceChildren();
}
