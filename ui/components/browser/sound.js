/** One sound: heard and seen. Pictures share its time, and a line runs over all of them. */
import { Chooser } from "./chooser.js";
import { element, icon } from "./dom.js";
import { PAUSE, PLAY, play, playChosen, playerOf } from "./playing.js";
import { FOOT, FOOTLESS, LEFT, RIGHT, TOP, tracksOf } from "./sound_tracks.js";
import { number } from "./text.js";

const WIDE = 640; // pixels from which pictures stand side by side
const BAR = 34;
const GAP = 10;
const NUDGE = 0.02; // of what is shown, by an arrow key
const WEIGHTS = [2, 4, 3]; // of the pictures' heights, one above the other

export class SoundView extends Chooser {
  constructor(parent) {
    super(element("div", { class: "ex-view ex-sound" }));
    this.button = element("button", { type: "button", class: "ex-tool ex-sound-play" }, icon(PLAY));
    this.button.addEventListener("click", () => this.#toggle());
    this.title = element("strong", { class: "ex-sound-title", dir: "auto" });
    this.clock = element("span", { class: "ex-sound-clock" });
    this.reading = element("span", { class: "ex-sound-reading" });
    this.tracks = element("div", { class: "ex-sound-tracks" });
    this.root.append(element("div", { class: "ex-sound-bar" }, this.button, this.title, this.clock, this.reading), this.tracks);
    this.views = [];
    this.resizing = new ResizeObserver(() => this.message && this.#lay());
    this.resizing.observe(this.root);
    parent.append(this.root);
  }

  needs({ pictures }) {
    return [pictures];
  }

  show(message, [pictures], { isLate }) {
    if (!isLate) this.moment = message.moment;
    if (message.source !== this.source) this.#open(message);
    const theme = JSON.stringify(this.theme);
    if (pictures !== this.pictures || theme !== this.drawnWith) {
      Object.assign(this, { pictures, drawnWith: theme });
      this.#build();
    }
    this.root.classList.toggle("ex-sound-picks", message.picks);
    this.title.textContent = message.title;
    this.tracks.setAttribute("aria-label", message.summary);
    this.#lay();
  }

  // --- hearing -----------------------------------------------------------------------------

  #open({ source, name, plays }) {
    this.player?.pause();
    this.source = source;
    const player = playerOf(source);
    this.player = player;
    this.button.disabled = !source;
    const shown = (shape, verb) => {
      if (this.player !== player) return;
      this.button.replaceChildren(icon(shape));
      this.button.setAttribute("aria-label", `${verb} ${name}`);
      this.#run();
    };
    player.addEventListener("play", () => shown(PAUSE, "Pause"));
    player.addEventListener("pause", () => shown(PLAY, "Play"));
    player.addEventListener("ended", () => shown(PLAY, "Play"));
    shown(PLAY, "Play");
    if (plays && source) playChosen(player);
  }

  #toggle() {
    if (this.player.paused) play(this.player);
    else this.player.pause();
  }

  /** Move the line while there is something to hear. */
  #run() {
    cancelAnimationFrame(this.running);
    const step = () => {
      this.#point();
      if (!this.player.paused && !this.player.ended) this.running = requestAnimationFrame(step);
    };
    step();
  }

  // --- seeing ------------------------------------------------------------------------------

  #build() {
    this.views = tracksOf(this.pictures).map((track) => {
      const canvas = element("canvas", { "aria-hidden": "true" });
      const head = element("i", { class: "ex-sound-head" });
      const mark = element("i", { class: "ex-sound-mark" });
      const place = element("div", { class: "ex-sound-track" }, canvas, mark, head);
      place.addEventListener("pointermove", (event) => this.#read(track, place, event));
      place.addEventListener("pointerleave", () => (this.reading.textContent = ""));
      place.addEventListener("click", (event) => this.#seek(this.#timeAt(place, event)));
      return { track, canvas, head, mark, place };
    });
    this.tracks.replaceChildren(...this.views.map(({ place }) => place));
    this.tracks.tabIndex = 0;
    this.tracks.setAttribute("role", "group");
    this.tracks.onkeydown = (event) => this.#key(event);
  }

  #lay() {
    const width = this.root.clientWidth;
    const count = this.views.length;
    if (!width || !count) return;
    const wide = width >= WIDE && count > 1;
    const room = this.message.height - BAR - (wide ? 0 : GAP / 2 * (count - 1));
    const total = WEIGHTS.slice(0, count).reduce((sum, weight) => sum + weight, 0);
    const feet = wide ? 0 : 16; // the lowest has the axis that all share
    this.tracks.style.gridTemplateColumns = wide ? `repeat(${count}, minmax(0, 1fr))` : "minmax(0, 1fr)";
    this.views.forEach(({ track, canvas, place }, at) => {
      const last = at === count - 1;
      const each = wide ? (width - GAP * (count - 1)) / count : width;
      const high = wide ? room : ((room - feet) * WEIGHTS[at]) / total + (last ? feet : 0);
      const ratio = globalThis.devicePixelRatio || 1;
      place.style.height = `${high}px`;
      place.classList.toggle("ex-sound-footed", wide || last);
      [canvas.width, canvas.height] = [Math.round(each * ratio), Math.round(high * ratio)];
      const context = canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      track.draw(context, each, high, this.theme, wide || last);
    });
    this.#point();
  }

  /** Set the lines over the pictures to where it is heard, and to the moment that is looked at. */
  #point() {
    if (!this.pictures) return;
    const { start, seconds } = this.pictures;
    const now = this.player.currentTime;
    // What is over, or only waits where a moment is chosen, has no line.
    const isOn = now > 0 && !this.player.ended && !(this.message.picks && this.player.paused);
    for (const { head, mark, place } of this.views) {
      const onto = (time) => `${LEFT + ((time - start) / seconds) * (place.clientWidth - LEFT - RIGHT)}px`;
      head.hidden = !isOn || now < start || now > start + seconds;
      head.style.left = onto(now);
      mark.hidden = this.moment === null || this.moment === undefined;
      mark.style.left = onto(this.moment ?? 0);
    }
    this.clock.textContent = `${now.toFixed(2)} of ${number(this.message.seconds)} s`;
  }

  #timeAt(place, event) {
    const box = place.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT);
    const { start, seconds } = this.pictures;
    return start + Math.min(1, Math.max(0, share)) * seconds;
  }

  #read(track, place, event) {
    const time = this.#timeAt(place, event);
    const box = place.getBoundingClientRect();
    const foot = place.classList.contains("ex-sound-footed") ? FOOT : FOOTLESS;
    const upright = 1 - (event.clientY - box.top - TOP) / (box.height - TOP - foot);
    const share = (time - this.pictures.start) / this.pictures.seconds;
    this.reading.textContent = `${time.toFixed(2)} s, ${track.read(time, share, Math.min(1, Math.max(0, upright)))}`;
  }

  #seek(time) {
    if (this.message.picks) {
      this.moment = time;
      this.choose({ at: time });
    }
    this.player.currentTime = time;
    if (!this.message.picks) play(this.player);
    this.#point();
  }

  #key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === " ") this.#toggle();
    else if (step) {
      const { start, seconds } = this.pictures;
      const from = this.message.picks ? (this.moment ?? start) : this.player.currentTime;
      this.#seek(Math.min(start + seconds, Math.max(start, from + step * NUDGE * seconds)));
    } else return;
    event.preventDefault();
  }

  destroy() {
    cancelAnimationFrame(this.running);
    this.resizing.disconnect();
    this.player?.pause();
    super.destroy();
  }
}
