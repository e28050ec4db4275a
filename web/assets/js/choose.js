// Choosing rows of the list: how many are chosen is said, Shift chooses from the last one to this.
import { all, find } from "./page.js";

const boxes = () => all(".pick input");
let last = null;

function say() {
  const said = find("[data-chosen]");
  if (said) said.textContent = boxes().filter((box) => box.checked).length;
}

/** Choose a row, or with `range` all from the one chosen last to this one. */
function choose(box, on, range) {
  const rows = boxes();
  const ends = [range && last ? rows.indexOf(last) : rows.indexOf(box), rows.indexOf(box)].sort((one, other) => one - other);
  for (const row of rows.slice(Math.max(ends[0], 0), ends[1] + 1)) row.checked = on;
  last = box;
  say();
}

/** Choose the row that has the focus or is shown beside the list; whether there is one. */
export function pickHere(range) {
  const row = document.activeElement?.closest(".it") ?? find(".it:has(> a[aria-current])") ?? find(".it");
  const box = row && find(".pick input", row);
  if (!box || box.offsetParent === null) return false;
  choose(box, range || !box.checked, range);
  return true;
}

export function startChoosing() {
  document.addEventListener("click", (event) => {
    const box = event.target.closest(".pick input");
    if (box) choose(box, box.checked, event.shiftKey);
  });
  document.addEventListener("reset", () => setTimeout(say));
  say();
}
