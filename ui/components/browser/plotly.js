/** plotly.js, the file inside the Python package, loaded once per page and shared by every drawing. */

const SOURCE = new URL("../embedding_explorer.plotly/plotly.min.js", import.meta.url).href;
let loading;

/** Have it fetched, and not yet read. */
export function fetchPlotly() {
  const link = document.createElement("link");
  Object.assign(link, { rel: "preload", as: "script", href: SOURCE });
  document.head.append(link);
}

/** Whether it is here, so that drawing need not wait. */
export function hasPlotly() {
  return Boolean(globalThis.Plotly);
}

export function loadPlotly() {
  loading ??= load().catch((error) => {
    loading = undefined; // the next drawing tries again
    throw error;
  });
  return loading;
}

async function load() {
  await painted(); // reading it takes a second, in which nothing appears: what can be seen goes first
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SOURCE;
    script.onload = () => resolve(globalThis.Plotly);
    script.onerror = () => {
      script.remove();
      reject(new Error("The drawing library could not be loaded. Reload the page to try again."));
    };
    document.head.append(script);
  });
}

/** Resolve when what was drawn so far is on the screen; in a hidden page, soon. */
function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve, 0));
    setTimeout(resolve, 200);
  });
}
