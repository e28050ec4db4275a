// Diagrams: bpmn-js draws, we colour what was walked and hang on what people ask for. The timeline is the text alternative.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { say } from "./js/page.js";
import { obstacles, place } from "./js/places.js";
import { startReplay } from "./js/replay.js";

const SMALLEST = 0.6;
const NARROW = 700;
const MARKS = { done: "kd-done", path: "kd-path", now: "kd-now", fail: "kd-fail", heat1: "kd-heat1", heat2: "kd-heat2", heat3: "kd-heat3" };
const SCALE = { min: 0.8, max: 1.1 };
const font = '"Inter Variable","PingFang SC","Microsoft YaHei UI","Noto Sans SC","Noto Sans CJK SC",sans-serif';

function viewer(host) {
  return new NavigatedViewer({
    container: host,
    bpmnRenderer: {
      defaultFillColor: "var(--dg-fill)",
      defaultStrokeColor: "var(--dg-line)",
      defaultLabelColor: "var(--dg-text)",
    },
    textRenderer: {
      defaultStyle: { fontFamily: font, fontSize: 13, lineHeight: 1.25 },
      externalStyle: { fontSize: 13, lineHeight: 1.2 },
    },
  });
}

function pill(sprite, { kind, icon, text }) {
  const node = document.createElement("span");
  node.className = `ovl ${kind}`;
  if (icon) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "i");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${sprite}#${icon}`);
    svg.append(use);
    node.append(svg);
  }
  node.append(text);
  return node;
}

/** Fit the drawing; where its words would become too small to read, open it at the token instead. */
function frame(canvas, registry, state, close) {
  const shown = state.focus && registry.get(state.focus);
  const starts = registry.filter(({ type, parent }) => type === "bpmn:StartEvent" && parent?.type !== "bpmn:SubProcess");
  const first = starts.sort((one, other) => one.x - other.x)[0];
  const outer = canvas.viewbox().outer;
  canvas.zoom("fit-viewport", "auto");
  const fits = canvas.viewbox().scale;
  if (!close && fits >= SMALLEST) return;
  const scale = close ? 0.9 : Math.max(SMALLEST + 0.05, fits);
  const { inner } = canvas.viewbox();
  const middle = shown ? { x: shown.x + shown.width / 2, y: shown.y + shown.height / 2 } : { x: inner.x, y: first ? first.y : inner.y + inner.height / 2 };
  const [width, height] = [outer.width / scale, outer.height / scale];
  const keep = (from, size, low, all) => (size >= all ? low - (size - all) / 2 : Math.min(Math.max(from, low - 20), low + all - size + 60));
  const lead = close ? 0.32 : 0.5;
  canvas.viewbox({
    x: keep(middle.x - width * (shown ? lead : 0), width, inner.x, inner.width),
    y: keep(middle.y - height / 2, height, inner.y, inner.height),
    width,
    height,
  });
}

function wire(host, view, state) {
  const canvas = view.get("canvas");
  const wheel = view.get("zoomScroll");
  wheel.toggle(false);
  host.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = host.getBoundingClientRect();
      wheel.stepZoom(event.deltaY < 0 ? 1 : -1, { x: event.clientX - box.left, y: event.clientY - box.top });
    },
    { passive: false },
  );
  const card = host.closest(".card") ?? document;
  card.querySelectorAll("[data-zoom]").forEach((button) =>
    button.addEventListener("click", () => {
      if (button.dataset.zoom === "fit") canvas.zoom("fit-viewport", "auto");
      else wheel.stepZoom(button.dataset.zoom === "in" ? 1 : -1);
    }),
  );
  const drawnHere = ({ dataset }) => !dataset.process || !state.process || dataset.process === state.process;
  const entries = [...document.querySelectorAll(".tl [data-element]")];
  const clear = document.querySelector("[data-all-elements]");
  const rests = [...document.querySelectorAll("#timeline .rest, #to-do .rest")].map((rest) => [rest, rest.open]);
  const only = (element, name) => {
    for (const entry of entries) entry.hidden = Boolean(element) && !(entry.dataset.element === element && drawnHere(entry));
    for (const [rest, open] of rests) rest.open = open || Boolean(element);
    if (clear) {
      clear.hidden = !element;
      clear.querySelector("span").textContent = name ?? "";
    }
  };
  clear?.addEventListener("click", () => only(null));
  view.get("eventBus").on("element.click", ({ element }) => {
    const known = entries.some((entry) => entry.dataset.element === element.id && drawnHere(entry));
    only(known ? element.id : null, element.businessObject?.name);
  });
  for (const entry of entries.filter(drawnHere)) {
    const mark = (on) => view.get("elementRegistry").get(entry.dataset.element) && canvas[on ? "addMarker" : "removeMarker"](entry.dataset.element, "kd-pick");
    entry.addEventListener("mouseenter", () => mark(true));
    entry.addEventListener("mouseleave", () => mark(false));
  }
  return state;
}

/** How large pills are on the page, before they are hung on: all at once, since the page is laid out anew for that. */
function sizesOf(host, nodes) {
  for (const node of nodes) node.style.position = "absolute";
  host.append(...nodes);
  const sizes = nodes.map((node) => ({ width: node.offsetWidth, height: node.offsetHeight }));
  for (const node of nodes) {
    node.remove();
    node.style.position = "";
  }
  return sizes;
}

/** Hang on the overlays, in place of those that are there: where nothing else is, at the scale that the drawing has now. */
function hang(host, view, state) {
  const [canvas, overlays, registry] = [view.get("canvas"), view.get("overlays"), view.get("elementRegistry")];
  overlays.clear();
  const scale = canvas.viewbox().scale;
  const grown = Math.min(Math.max(scale, SCALE.min), SCALE.max) / scale;
  const [free, taken] = [obstacles(registry), []];
  const close = state.close || host.clientWidth < NARROW;
  const wanted = (state.overlays ?? []).filter(({ element }) => registry.get(element) && !(close && element !== state.focus));
  const pills = wanted.map((overlay) => pill(state.sprite, overlay));
  const sizes = sizesOf(host, pills);
  wanted.forEach((overlay, number) => {
    const [at, size] = [registry.get(overlay.element), sizes[number]];
    const box = place(at, { width: size.width * grown, height: size.height * grown }, overlay.place, free, taken);
    if (!box) return;
    taken.push(box);
    overlays.add(at, { position: { left: box.x - at.x, top: box.y - at.y }, html: pills[number], scale: SCALE });
  });
}

/** Mark what happened, and hang on what is known of it. */
function mark(host, view, state) {
  const [canvas, registry] = [view.get("canvas"), view.get("elementRegistry")];
  for (const [list, name] of Object.entries(MARKS)) {
    const wanted = new Set(state[list]);
    for (const { id } of registry.getAll()) {
      if (wanted.has(id) !== canvas.hasMarker(id, name)) canvas.toggleMarker(id, name);
    }
  }
  host.querySelector(".djs-container > svg").setAttribute("aria-label", host.dataset.label);
  hang(host, view, state);
}

/** Give each label beside its element the room that its longest word needs: the Modeler has measured another language. */
function widen(view) {
  const [registry, renderer, graphics] = [view.get("elementRegistry"), view.get("textRenderer"), view.get("graphicsFactory")];
  for (const label of registry.filter(({ type }) => type === "label")) {
    const words = label.businessObject.name?.match(/[A-Za-z’'-]+[?:,]?|^[\u4e00-\u9fff？]{2,4}$/g) ?? [];
    const longest = words.reduce((one, other) => (other.length > one.length ? other : one), "");
    const { width } = renderer.getExternalLabelBounds({ x: 0, y: 0, width: 400, height: label.height }, longest);
    if (!longest || width <= label.width) continue;
    label.x -= (width - label.width) / 2;
    label.width = width;
    graphics.update("shape", label, registry.getGraphics(label));
  }
}

async function draw(host) {
  const state = JSON.parse(host.dataset.diagram);
  const answer = await fetch(state.url);
  if (!answer.ok) throw new Error(String(answer.status));
  const view = viewer(host);
  await view.importXML(await answer.text());
  widen(view);
  frame(view.get("canvas"), view.get("elementRegistry"), state, state.close || host.clientWidth < NARROW);
  let shown = state;
  mark(host, view, shown);
  let scale = view.get("canvas").viewbox().scale;
  view.get("eventBus").on("canvas.viewbox.changed", ({ viewbox }) => {
    if (viewbox.scale !== scale) hang(host, view, shown);
    scale = viewbox.scale;
  });
  wire(host, view, state);
  host.querySelector(".djs-container > svg").setAttribute("role", "img");
  host.dataset.ready = "1";
  startReplay(host, (told) => {
    shown = told;
    mark(host, view, told);
    if (view.get("elementRegistry").get(told.focus)) view.get("canvas").scrollToElement(told.focus, 60);
  });
}

async function start() {
  await document.fonts.ready; // words are measured, and what hangs between them
  for (const host of document.querySelectorAll("[data-diagram]")) {
    try {
      await draw(host);
    } catch (error) {
      console.error(error);
      host.dataset.failed = "1";
      host.querySelector(".fallback")?.append(` ${say("undrawn")}`);
    }
  }
  document.documentElement.dataset.diagrams = "ready";
}

if ("requestIdleCallback" in window) requestIdleCallback(start, { timeout: 800 });
else setTimeout(start, 50);
