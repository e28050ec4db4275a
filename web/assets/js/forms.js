// Forms: fields that depend on others, repeated rows, drafts that save themselves, drawn signatures, errors in focus.
import htmx from "htmx.org";
import { all, find, say, send, wide } from "./page.js";

const PAUSE = 1000;
const REACH = 10_000; // milliseconds
const HANDED = "handed-in";
const timers = new WeakMap();
const asked = new WeakMap();
const compared = new WeakMap();

/** What stands in the form, without signatures and without files, which are only sent when it is handed in. */
function contents(form, submitter) {
  const data = new FormData(form, submitter);
  for (const [name, value] of [...data]) {
    if (value instanceof File || name.startsWith("_sign:")) data.delete(name);
  }
  return data;
}

/** Ask the server for the fields again: others may now be shown, hidden or computed. */
async function refresh(form, submitter) {
  const fields = find("[data-form]", form);
  if (!form.dataset.fields || !fields) return;
  const number = (asked.get(form) ?? 0) + 1;
  asked.set(form, number);
  const answer = await send(form.dataset.fields, contents(form, submitter)).catch(() => null);
  if (!answer?.ok || asked.get(form) !== number) return;
  const html = await answer.text();
  const active = document.activeElement;
  const typing = form.contains(active) && active.matches("input:not([type=radio],[type=checkbox]), textarea");
  if (typing) active.setAttribute("hx-morph-skip", "");
  await htmx.swap({ text: html, target: fields, swap: "outerMorph", sourceElement: form });
  if (typing) active.removeAttribute("hx-morph-skip");
  ready(form);
  form.dispatchEvent(new CustomEvent("kesu:refreshed"));
  if (submitter?.name?.includes("_add:")) focusLastRow(form, submitter.name.split("_add:")[1]);
}

function focusLastRow(form, path) {
  const rows = all(`[data-rows="${CSS.escape(path)}"] > [data-rows-body] > [data-row]`, form);
  find("input:not([type=hidden]), select, textarea", rows.at(-1) ?? form)?.focus();
}

function keyOf(form) {
  return `draft:${document.body.dataset.person}:${form.dataset.draft}`;
}

function show(form, text) {
  const state = find("[data-draft-state]", form) ?? find("[data-draft-state]");
  if (state) state.textContent = text;
}

/** Save what was typed; without a connection or a session it is kept on this device. */
async function save(form) {
  timers.delete(form);
  const data = contents(form);
  const answer = await send(form.dataset.draft, data).catch(() => null);
  if (answer?.ok) {
    localStorage.removeItem(keyOf(form));
    show(form, await answer.text());
    foresee(form, data);
    return;
  }
  keepHere(form, data);
  show(form, say({ 401: "signed_out", 403: "closed", 404: "closed" }[answer?.status] ?? "offline"));
}

function keepHere(form, data = contents(form)) {
  localStorage.setItem(keyOf(form), JSON.stringify([...data].filter(([name]) => name !== "csrf_token")));
}

/** What is kept on this device grows no older than what is handed in; once that was answered it is not needed. */
function handIn(form) {
  if (!form.dataset.draft || !localStorage.getItem(keyOf(form))) return;
  keepHere(form);
  sessionStorage.setItem(HANDED, keyOf(form));
}

/** What takes trouble to type or to choose goes only to a server that answers: else the browser's own page would take its place. */
const isDear = (form, button) =>
  form.getAttribute("method") === "post" && button?.formTarget !== "_blank" && form.matches(":has(textarea, [type=file], [data-signature])");

async function sendWhenReached(form, button) {
  if (form.dataset.reaching) return;
  form.dataset.reaching = "1";
  calm(form);
  const answer = await fetch(say("health"), { cache: "no-store", signal: AbortSignal.timeout(REACH) }).catch(() => null);
  delete form.dataset.reaching;
  find("[data-unreached]", form)?.remove();
  if (answer?.ok) {
    form.dataset.reached = "1";
    form.requestSubmit(button);
    delete form.dataset.reached;
    return;
  }
  if (form.dataset.draft) keepHere(form);
  const note = Object.assign(document.createElement("p"), { className: "note bad", role: "alert", textContent: say("unreached") });
  note.dataset.unreached = "1";
  (find(".feet, .bar", form) ?? button).before(note);
  note.scrollIntoView({ block: "nearest" });
}

/** Forget what was kept here if this page answers what was handed in: the server has it, or has it in a sign-in. */
function settle() {
  const handed = sessionStorage.getItem(HANDED);
  if (!handed) return;
  sessionStorage.removeItem(HANDED);
  const opened = performance.getEntriesByType("navigation")[0]?.responseStatus === 200;
  const again = all("form[data-draft]").some((form) => keyOf(form) === handed);
  if (!(opened && again)) localStorage.removeItem(handed);
}

/** Tell beside the form what would happen if it were handed in as it stands. */
async function foresee(form, data = contents(form)) {
  compare(form, data);
  if (!form.dataset.outlook) return;
  const answer = await send(form.dataset.outlook, data).catch(() => null);
  if (answer?.ok) find("#outlook").innerHTML = await answer.text();
}

/** Show beside the form which cases tell of the same, perhaps. */
async function compare(form, data) {
  if (!form.dataset.alike) return;
  compared.set(form, data);
  const answer = await send(form.dataset.alike, data).catch(() => null);
  const text = answer?.ok ? await answer.text() : null;
  if (text !== null && compared.get(form) === data) find("#alike").innerHTML = text;
}

/** Look up who is calling; fields that are still empty take over what is known. */
async function recognise(form, phone) {
  const data = new FormData();
  data.append("phone", phone.value);
  const answer = await send(form.dataset.caller, data).catch(() => null);
  if (!answer?.ok) return;
  find("#caller").innerHTML = await answer.text();
  const known = JSON.parse(find("#caller [data-fill]")?.dataset.fill ?? "{}");
  for (const [name, text] of Object.entries(known)) {
    const field = find(`[name="${name}"]`, form);
    if (!field || field.value || !text) continue;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Forget that the form was to be saved; whether it was. */
function calm(form) {
  clearTimeout(timers.get(form));
  return timers.delete(form);
}

function later(form) {
  calm(form);
  timers.set(form, setTimeout(() => save(form), PAUSE));
}

/** Put back what was kept on this device while there was no connection or no session. */
async function restore(form) {
  const kept = localStorage.getItem(keyOf(form));
  if (!kept || !form.dataset.fields) return;
  const data = new FormData();
  for (const [name, value] of JSON.parse(kept)) data.append(name, value);
  const saved = await send(form.dataset.draft, data).catch(() => null);
  if (!saved?.ok) return;
  localStorage.removeItem(keyOf(form));
  const answer = await send(form.dataset.fields, data).catch(() => null);
  const fields = find("[data-form]", form);
  if (answer?.ok && fields) await htmx.swap({ text: await answer.text(), target: fields, swap: "outerHTML", sourceElement: form });
  ready(form);
  show(form, say("restored"));
}

/** A field to draw in; what is drawn goes along as a picture. */
function pad(holder) {
  if (holder.firstChild) return;
  const input = holder.parentElement.querySelector(`input[name$="_sign:${CSS.escape(holder.dataset.signature)}:drawn"]`);
  if (!input) return;
  const canvas = Object.assign(document.createElement("canvas"), { width: 960, height: 280 });
  canvas.setAttribute("aria-label", say("sign_here"));
  canvas.setAttribute("role", "img");
  const clear = Object.assign(document.createElement("button"), { type: "button", className: "btn sm q", textContent: say("clear") });
  holder.append(canvas, clear);
  holder.hidden = false;
  // what is drawn stays when the fields around it come anew
  for (const kept of [holder, input]) kept.setAttribute("hx-morph-skip", "");
  const pen = canvas.getContext("2d");
  Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#1a2130" });
  const at = (event) => [(event.offsetX / canvas.clientWidth) * canvas.width, (event.offsetY / canvas.clientHeight) * canvas.height];
  let drawing = false;
  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", () => {
    drawing = false;
    input.value = canvas.toDataURL("image/png");
  });
  clear.addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    input.value = "";
  });
}

/** What is perhaps the same is read before the form is sent: in the form, where there is no room beside it. */
function gather(form) {
  const card = form.dataset.alike && find("#alike")?.closest("section");
  if (card && !wide()) find(".bar", form).before(card);
}

/** Prepare a form that has just come onto the page. */
export function ready(root = document) {
  all("[data-signature]", root).forEach(pad);
  all("form[data-draft]", root).forEach((form) => {
    if (form.dataset.known) return;
    form.dataset.known = "1";
    restore(form);
    gather(form);
    foresee(form);
  });
}

export function startForms() {
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (form && !event.target.matches("[type=password]")) later(form);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-fields]");
    if (form && event.target.closest("[data-refresh]")) refresh(form);
    if (form?.dataset.caller && event.target.name === form.dataset.phone) recognise(form, event.target);
  });
  document.addEventListener("click", (event) => {
    const taken = event.target.closest("[data-take]");
    const field = taken && find(`form[data-alike] [name="${taken.dataset.take}"]`);
    if (!field) return;
    field.value = taken.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    refresh(field.form).then(() => find(`[name="${taken.dataset.take}"]`, field.form)?.focus());
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-row-add], [data-row-remove]");
    const form = button?.closest("form[data-fields]");
    if (!form) return;
    event.preventDefault();
    refresh(form, button).then(() => form.dataset.draft && later(form));
  });
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!event.defaultPrevented && !event.target.dataset.reached && isDear(event.target, button)) {
      event.preventDefault();
      sendWhenReached(event.target, button);
      return;
    }
    if (button?.formTarget !== "_blank") {
      calm(event.target); // a look at something else leaves the form as it is
      handIn(event.target);
    }
    if (button?.matches(".btn.p") && !event.defaultPrevented) setTimeout(() => button.setAttribute("aria-busy", "true"));
  });
  addEventListener("beforeunload", () => {
    for (const form of all("form[data-draft]")) if (calm(form)) send(form.dataset.draft, contents(form), { keepalive: true });
  });
  settle();
  ready();
  const first = find("[data-focus]") ?? (wide() ? find(find("form[data-start]")?.dataset.start ?? "#none") : null);
  first?.focus();
}
