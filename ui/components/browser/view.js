/**
 * What Streamlit calls: once per mount, and again whenever its data or the theme changes.
 * Bytes are a payload to keep; JSON says what to draw.
 */
import { HeatmapView } from "./heatmap.js";
import { MapView } from "./map.js";
import { holdPayload, releasePayload } from "./payloads.js";
import { loadPlotly } from "./plotly.js";

const KINDS = { map: MapView, heatmap: HeatmapView };
const views = new WeakMap();

loadPlotly().catch(() => {}); // while the first bytes are on their way; a drawing says what went wrong

export default function mount({ data, parentElement, setStateValue }) {
  if (data instanceof Uint8Array) {
    holdPayload(parentElement, data);
    return () => whenGone(parentElement, () => releasePayload(parentElement));
  }
  if (!(data.kind in KINDS)) return undefined; // mounted only so that all this is loaded early
  let view = views.get(parentElement);
  if (!view) {
    view = new KINDS[data.kind](parentElement, data);
    views.set(parentElement, view);
  }
  view.update(data, setStateValue);
  return () =>
    whenGone(parentElement, () => {
      views.get(parentElement)?.destroy();
      views.delete(parentElement);
    });
}

/** Streamlit also calls clean-up for a run that another overtook: act only if the mount has left. */
function whenGone(element, act) {
  setTimeout(() => element.isConnected || act(), 0);
}
