/** Sound: one at a time, whatever on the page plays it. */
const BASE = import.meta.url.split("/_stcore/")[0]; // also where the app lives below another address

let current; // the player that is heard
let heard; // what was played last, so that a redrawn page does not play it again

/** Return a player of a file that the server keeps. */
export function playerOf(source) {
  const player = new Audio();
  player.preload = "none";
  player.src = source.startsWith("/") ? `${BASE}${source}` : source;
  player.dataset.source = source;
  return player;
}

/** Play, and let what played until now be still. */
export async function play(player) {
  if (current !== player) current?.pause();
  current = player;
  heard = player.dataset.source;
  try {
    await player.play();
  } catch (error) {
    // Stopped before it began, or not allowed without a gesture: no harm done.
    if (!["AbortError", "NotAllowedError"].includes(error.name)) throw error;
  }
}

/** Play what a person has just chosen; where they have not touched the page yet, stay still. */
export function playChosen(player) {
  if (player.dataset.source === heard || !navigator.userActivation?.hasBeenActive) return;
  play(player);
}

export const PLAY = "M5 3.2v9.6l8-4.8z";
export const PAUSE = "M5.4 3.4v9.2M10.6 3.4v9.2";
