/** The bar under a map that came about in frames: play, pause, scrub. */
import { element } from "./dom.js";
import { toolButton, setIcon } from "./toolbar.js";
import { prefersStill } from "./travel.js";

const RATE = 20; // frames in a second
const SHORTEST = 1.5; // seconds, of a film of few frames

export class Player {
  /** `show(moment, isPlaying)` is called for every moment; the last frame is where it begins. */
  constructor(place, film, show) {
    Object.assign(this, { place, film, show, moment: film.last });
    this.rate = Math.min(RATE, film.last / SHORTEST);
    this.button = toolButton({ name: "play", title: "Play", act: () => (this.isPlaying ? this.pause() : this.play()) });
    this.slider = element("input", {
      type: "range", min: 0, max: film.last, step: 1, value: film.last, "aria-label": "Frame",
      oninput: () => this.seek(Number(this.slider.value)),
    });
    this.name = element("span", { class: "ex-step", dir: "auto" });
    place.replaceChildren(this.button, this.slider, this.name);
    this.#tell();
  }

  play() {
    const from = this.moment >= this.film.last ? 0 : this.moment;
    const begin = performance.now();
    this.waits = false;
    cancelAnimationFrame(this.timer);
    this.#become(true);
    const step = (now) => {
      const moment = Math.min(this.film.last, from + (Math.max(0, now - begin) / 1000) * this.rate);
      if (moment >= this.film.last) return this.#arrive();
      this.timer = requestAnimationFrame(step);
      return this.#go(prefersStill() ? Math.floor(moment) : moment);
    };
    step(begin);
  }

  /** At the end; where more frames may come, it plays on with them. */
  #arrive() {
    this.seek(this.film.last);
    this.waits = true;
  }

  /** Take a film that goes on where this one ended. */
  extend(film) {
    const rate = Math.min(RATE, film.last / SHORTEST);
    Object.assign(this, { film, rate });
    this.slider.max = String(film.last);
    if (this.isPlaying) this.play();
    else this.#tell();
  }

  pause() {
    this.seek(Math.round(this.moment));
  }

  /** Stand still at a frame. */
  seek(moment) {
    this.waits = false;
    this.#become(false);
    this.#go(moment);
  }

  #become(isPlaying) {
    cancelAnimationFrame(this.timer);
    this.isPlaying = isPlaying;
    setIcon(this.button, isPlaying ? "pause" : "play", isPlaying ? "Pause" : "Play");
  }

  #go(moment) {
    this.moment = moment;
    this.#tell();
    this.show(moment, this.isPlaying);
  }

  #tell() {
    const name = this.film.stepAt(this.moment);
    this.slider.value = String(Math.round(this.moment));
    this.slider.setAttribute("aria-valuetext", name);
    this.name.textContent = name;
    this.name.title = name;
  }

  destroy() {
    cancelAnimationFrame(this.timer);
    this.place.replaceChildren();
  }
}
