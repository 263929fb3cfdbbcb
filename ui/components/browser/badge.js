/** How far to trust the map: a few words in its corner, the explanation behind them. */
import { element } from "./dom.js";

export function showBadge(place, badge) {
  place.hidden = !badge;
  if (!badge) return;
  const wasOpen = place.querySelector("button")?.getAttribute("aria-expanded") === "true";
  const [short, long] = badge;
  const more = element("div", { class: "ex-badge-more", dir: "auto" }, long);
  const button = element("button", { type: "button", class: "ex-badge-button", dir: "auto" }, short);
  const open = (isOpen) => {
    more.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => open(more.hidden));
  place.onkeydown = (event) => {
    if (event.key === "Escape") open(false);
    event.stopPropagation(); // keys here are not for the map
  };
  button.disabled = !long;
  open(wasOpen && Boolean(long));
  place.replaceChildren(more, button);
}
