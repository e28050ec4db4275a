// What all modules share: the page's own words, the forgery token, small finders.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/** A sentence of the page in the reader's language; `{name}` is filled from the second argument. */
export function say(key, gaps = {}) {
  return Object.entries(gaps).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words[key] ?? key);
}

export const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
export const find = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const wide = () => matchMedia("(min-width: 1181px)").matches;

/** Send something as the signed-in person; the answer is the caller's to judge. `more` as for fetch. */
export function send(url, body, more = {}) {
  return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), "HX-Request": "true" }, ...more });
}

/** Say something once, in the corner. */
export function toast(text, kind = "") {
  const note = document.createElement("div");
  note.className = `note ${kind}`;
  note.textContent = text;
  find(".toasts")?.append(note);
  setTimeout(() => note.remove(), 6000);
}
