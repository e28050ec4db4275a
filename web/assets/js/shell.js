// The shell: search results, dialogs from links, menus, toasts, copying, the inbox's right pane.
import htmx from "htmx.org";
import { all, find, say, send, toast, token, wide } from "./page.js";
import { startChoosing } from "./choose.js";
import { ready } from "./forms.js";

/** Links marked `data-dialog` open in a dialog; without scripts they are pages of their own. */
async function openDialog(link) {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } }).catch(() => null);
  return answer?.ok ? showDialog(await answer.text()) : location.assign(link.href);
}

function showDialog(html) {
  const dialog = document.createElement("dialog");
  dialog.innerHTML = html;
  const title = find("h1, h2", dialog);
  if (title) dialog.setAttribute("aria-labelledby", (title.id ||= "dialog-title"));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  htmx.process(dialog);
  ready(dialog);
  dialog.showModal();
  (find("[autofocus], textarea, input:not([type=hidden]), select", dialog) ?? dialog).focus();
}

function onClick(event) {
  const target = event.target;
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  const link = target.closest("a[data-dialog]");
  if (link && plain) {
    event.preventDefault();
    openDialog(link);
  }
  const row = target.closest(".it > a");
  if (row?.dataset.pane && plain && wide() && find("#pane")) {
    event.preventDefault();
    pick(row);
  }
  if (target.closest("[data-close]")) {
    const dialog = target.closest("dialog");
    if (dialog) {
      event.preventDefault();
      dialog.close();
    } else target.closest(".note")?.remove();
  }
  const copy = target.closest("[data-copy]");
  if (copy) navigator.clipboard?.writeText(find(copy.dataset.copy)?.innerText ?? "").then(() => toast(say("copied"), "good"));
  const opener = target.closest("[data-open]");
  if (opener) find(opener.dataset.open)?.showModal();
  if (target.closest("[data-print]")) print();
  for (const menu of all("details.drop[open]")) if (!menu.contains(target)) menu.open = false;
}

/** Show a task in the right pane; the list keeps its place. */
function pick(row) {
  for (const each of all(".it")) each.classList.toggle("on", each === row.parentElement);
  for (const each of all(".it > a")) each.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  const waiting = setTimeout(() => {
    find("#pane").innerHTML = `<div class="b">${'<div class="sk"><span></span><span></span><span></span></div>'.repeat(3)}</div>`;
  }, 300);
  htmx.ajax("GET", row.dataset.pane, { target: "#pane", swap: "innerHTML", source: row }).finally(() => clearTimeout(waiting));
  history.replaceState(history.state, "", row.dataset.here);
}

/** Results under the search field: arrows walk through them, Escape closes. */
function startSearch() {
  const field = find("#search");
  const found = find("#found");
  if (!field || !found) return;
  const close = () => {
    found.hidden = true;
    field.setAttribute("aria-expanded", "false");
  };
  document.addEventListener("htmx:after:swap", () => {
    const some = found.childElementCount > 0 && field.value.trim() !== "";
    found.hidden = !some;
    field.setAttribute("aria-expanded", String(some));
  });
  field.closest("form").addEventListener("keydown", (event) => {
    const links = all("a", found);
    const now = links.indexOf(document.activeElement);
    if (event.key === "Escape") close();
    if (event.key === "ArrowDown" && links.length) (event.preventDefault(), links[Math.min(now + 1, links.length - 1)].focus());
    if (event.key === "ArrowUp" && now >= 0) (event.preventDefault(), (links[now - 1] ?? field).focus());
  });
  field.closest("form").addEventListener("focusout", (event) => {
    if (!event.currentTarget.contains(event.relatedTarget)) close();
  });
}

function startToasts() {
  for (const note of all(".toasts .note:not(:has(a))")) setTimeout(() => note.remove(), 6000);
}

/** The theme and keys change at once; the server keeps them. */
function startPreferences() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-theme-form]");
    if (!form) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
    const theme = now === "dark" ? "light" : "dark";
    data.set("theme", theme);
    document.documentElement.dataset.theme = theme;
    await send(form.action, data);
  });
}

/** Buttons marked `data-dialog` ask in a dialog what their form would ask on a page. */
async function onSubmit(event) {
  const button = event.submitter;
  if (!button?.matches("[data-dialog]")) return;
  event.preventDefault();
  const answer = await send(button.formAction, new FormData(event.target, button)).catch(() => null);
  if (answer?.ok) showDialog(await answer.text());
  else {
    button.removeAttribute("data-dialog");
    button.click();
  }
}

/** Unfold what an address leads into. */
function reveal() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  target.scrollIntoView();
}

export function startShell() {
  addEventListener("hashchange", reveal);
  reveal();
  document.addEventListener("htmx:config:request", (event) => {
    event.detail.ctx.request.headers["X-CSRFToken"] = token();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    ready(event.target instanceof Element ? event.target : document);
    find("#pane [data-focus]")?.focus();
  });
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  startChoosing();
  document.addEventListener("change", (event) => event.target.matches("[data-submit]") && event.target.form.requestSubmit());
  startSearch();
  startToasts();
  startPreferences();
}
