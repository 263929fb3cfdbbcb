/**
 * What Streamlit calls: once per mount, and again whenever its data or the theme changes.
 * Bytes are a payload to keep; JSON says what to draw.
 */
import { holdPayload, releasePayload } from "./payloads.js";
import { fetchPlotly } from "./plotly.js";

// Each kind is fetched when it is first needed, or ahead of that in the order in which pages show
// them: some thirty files at once would hold up a server that is still putting its page together.
const KINDS = {
  bars: async () => (await import("./bars.js")).BarsView,
  heatmap: async () => (await import("./heatmap.js")).HeatmapView,
  keeper: async () => (await import("./keeper.js")).KeeperView,
  gallery: async () => (await import("./gallery.js")).GalleryView,
  ledger: async () => (await import("./ledger.js")).LedgerView,
  map: async () => (await import("./map.js")).MapView,
  overlay: async () => (await import("./overlay.js")).OverlayView,
  playlist: async () => (await import("./playlist.js")).PlaylistView,
  sheet: async () => (await import("./sheet.js")).SheetView,
  sound: async () => (await import("./sound.js")).SoundView,
  walk: async () => (await import("./walk.js")).WalkView,
  timer: async () => (await import("./timer.js")).TimerView,
};
const views = new WeakMap(); // mount element -> promise of its view

export default function mount({ data, parentElement, setStateValue }) {
  if (data instanceof Uint8Array) {
    holdPayload(parentElement, data);
    return () => whenGone(parentElement, () => releasePayload(parentElement));
  }
  if (!(data.kind in KINDS)) {
    fetchAhead();
    return undefined;
  }
  const view = views.get(parentElement) ?? open(parentElement, data);
  view.then((opened) => opened.update(data, setStateValue));
  return () => whenGone(parentElement, () => close(parentElement));
}

function open(element, data) {
  const view = KINDS[data.kind]().then((View) => new View(element, data));
  views.set(element, view);
  return view;
}

function close(element) {
  views.get(element)?.then((view) => view.destroy());
  views.delete(element);
}

async function fetchAhead() {
  await KINDS.heatmap();
  await KINDS.map();
  fetchPlotly();
}

/** Streamlit also calls clean-up for a run that another overtook: act only if the mount has left. */
function whenGone(element, act) {
  setTimeout(() => element.isConnected || act(), 0);
}
