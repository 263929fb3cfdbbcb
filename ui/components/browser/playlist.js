/** Sounds in rows: each can be heard, and one of them chosen. */
import { Chooser } from "./chooser.js";
import { element, icon } from "./dom.js";
import { PAUSE, PLAY, play, playerOf } from "./playing.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export class PlaylistView extends Chooser {
  constructor(parent) {
    super(element("div", { class: "ex-view ex-playlist", role: "list" }));
    this.root.addEventListener("keydown", (event) => this.#key(event));
    parent.append(this.root);
  }

  needs() {
    return [];
  }

  show({ rows, summary }) {
    this.root.setAttribute("aria-label", summary);
    const shown = JSON.stringify(rows);
    if (shown === this.shown) return;
    this.shown = shown;
    this.#still();
    this.root.replaceChildren(...rows.map((row, at) => this.#row(row, at)));
  }

  #row({ name, number, share, note, source }, at) {
    const bar = element("i");
    bar.style.width = `${100 * share}%`;
    const button = element("button", { type: "button", class: "ex-tool ex-playlist-play", "aria-label": `Play ${name}`, disabled: !source }, icon(PLAY));
    button.addEventListener("click", () => this.#toggle(button, source, name));
    const choose = element(
      "button",
      { type: "button", class: "ex-playlist-name", dir: "auto", title: name, onclick: () => this.choose({ chosen: at }) },
      name,
    );
    return element(
      "div",
      { class: "ex-playlist-row", role: "listitem" },
      button,
      choose,
      element("span", { class: "ex-playlist-note" }, note),
      element("span", { class: "ex-playlist-number" }, number),
      element("span", { class: "ex-playlist-track", "aria-hidden": "true" }, bar),
    );
  }

  #toggle(button, source, name) {
    if (this.button === button && this.player && !this.player.paused) return this.player.pause();
    this.#still();
    const player = playerOf(source);
    Object.assign(this, { player, button });
    const show = (shape, verb) => {
      button.replaceChildren(icon(shape));
      button.setAttribute("aria-label", `${verb} ${name}`);
    };
    player.addEventListener("play", () => show(PAUSE, "Pause"));
    player.addEventListener("pause", () => show(PLAY, "Play"));
    player.addEventListener("ended", () => show(PLAY, "Play"));
    return play(player);
  }

  #key(event) {
    const step = STEPS[event.key];
    const kind = event.target.classList.contains("ex-playlist-name") ? ".ex-playlist-name" : ".ex-playlist-play";
    const buttons = [...this.root.querySelectorAll(kind)];
    const at = buttons.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    buttons[Math.min(buttons.length - 1, Math.max(0, at + step))].focus();
  }

  #still() {
    this.player?.pause();
    this.player = this.button = undefined;
  }

  destroy() {
    this.#still();
    super.destroy();
  }
}
