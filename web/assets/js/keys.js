// Keys: single letters rest while a field has the focus, and can be switched off.
import { pickHere } from "./choose.js";
import { all, find, wide } from "./page.js";

const off = () => document.documentElement.dataset.keys === "off";
const inField = (target) => target.closest("input:not([type=radio],[type=checkbox],[type=range]), textarea, select, [contenteditable]");
const scrolls = (target) => target.closest("[role=region][tabindex], [role=radiogroup], [type=radio], .dg, details.drop");
let prefix = 0;

const go = (address) => address && location.assign(address);
const press = (name) => {
  const target = all(`[data-key="${name}"]`).find((each) => each.offsetParent !== null);
  target?.click();
  return Boolean(target);
};

function move(step) {
  const rows = all(".it > a");
  const now = rows.findIndex((row) => row === document.activeElement || row.hasAttribute("aria-current"));
  const next = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
  if (!next) return false;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  if (wide() && next.dataset.pane) next.click();
  return true;
}

function choose(number) {
  const form = find("form[data-main]") ?? find("main form");
  const card = form && all(".opt", form).find((each) => find("kbd", each)?.textContent.trim().endsWith(String(number)));
  const section = form && all("fieldset.set", form)[number - 1];
  if (card) find("input", card).click();
  else if (section) find("input:not([type=hidden]), select, textarea", section)?.focus();
  return Boolean(card ?? section);
}

function complete(event) {
  const form = event.target.closest("form[data-main]") ?? find("form[data-main]");
  const button = form && (event.shiftKey ? find("[data-next]", form) : find(".btn.p[type=submit]", form));
  button?.click();
  return Boolean(button);
}

const LETTERS = {
  "/": () => (find("#search")?.focus(), true),
  "?": () => (find("#keys")?.showModal(), true),
  n: () => press("n"),
  j: () => move(1),
  k: () => move(-1),
  f: () => (find("[data-filter]")?.focus(), Boolean(find("[data-filter]"))),
};

function letter(key, shift) {
  if (prefix && Date.now() - prefix < 1500) {
    prefix = 0;
    const target = find(`[data-go="${key}"]`);
    if (target) return go(target.href), true;
  }
  if (key === "g") return (prefix = Date.now()), true;
  if (/^[1-9]$/.test(key) && find(".views")) return all(".views a[data-view]")[key - 1]?.click(), true;
  if (key === "x") return pickHere(shift);
  if (key in LETTERS) return LETTERS[key]();
  return press(key);
}

export function startKeys() {
  addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key.startsWith("Arrow") && scrolls(event.target)) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return complete(event) && event.preventDefault();
    if (event.altKey && /^Digit[1-9]$/.test(event.code)) return choose(Number(event.code.at(-1))) && event.preventDefault();
    if (event.key === "Escape" && inField(event.target)) return event.target.blur();
    if (event.ctrlKey || event.altKey || event.metaKey || off() || inField(event.target) || find("dialog[open]")) return undefined;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    return letter(key, event.shiftKey) && event.preventDefault();
  });
}
