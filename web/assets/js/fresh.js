// New tasks are told by a bar, never put into the list; asked for now and then while the page is looked at.
import { all, find, say } from "./page.js";

const EVERY = 60_000;
let asked = Date.now();

async function ask(list) {
  asked = Date.now();
  const answer = await fetch(list.dataset.news, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const news = await answer.json();
  const known = new Set(all("[data-task]", list).map((row) => Number(row.dataset.task)));
  // of a list that goes on, older ones move up as others are done: only younger ones are new in it
  const newest = find(".more", list) ? Math.max(...known) : 0;
  const fresh = news.tasks.filter((task) => task > newest && !known.has(task)).length;
  const bar = find(".fresh");
  find("span", bar).textContent = fresh === 1 ? say("fresh_one") : say("fresh", { num: fresh });
  bar.hidden = fresh === 0;
  find("[data-unread]").hidden = news.unread === 0;
  find("[data-unread-number]").textContent = news.unread;
}

export function startFresh() {
  const list = find("[data-news]");
  if (!list) return;
  const look = () => document.visibilityState === "visible" && Date.now() - asked >= EVERY && ask(list);
  setInterval(look, EVERY / 4);
  document.addEventListener("visibilitychange", look);
}
