// Days beside the browser's own fields, whose order of day and month is the browser's: as the rest of the page writes them.
import { all, find } from "./page.js";

const FIELDS = "input[type=date], input[type=datetime-local]";
const WEEKDAYS = { en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"], zh: [..."日一二三四五六"] };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Thu 8 Oct 2026 09:30` or `2026年10月8日（四）09:30`; empty while it is no day. */
function dayText(value, language) {
  const found = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?/.exec(value);
  if (!found) return "";
  const [year, month, day] = found.slice(1, 4).map(Number);
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  const time = found[4] ?? "";
  if (language.startsWith("zh")) return `${year}年${month}月${day}日（${WEEKDAYS.zh[weekday]}）${time}`;
  return `${WEEKDAYS.en[weekday]} ${day} ${MONTHS[month - 1]} ${year} ${time}`.trim();
}

function tell(input) {
  const field = input.closest(".f") ?? input.parentElement;
  let said = find("[data-day-said]", field);
  if (!said) {
    said = document.createElement("output");
    said.className = "hint";
    said.dataset.daySaid = "";
    said.htmlFor = input.id;
    input.after(said);
  }
  const text = dayText(input.value, document.documentElement.lang);
  if (said.textContent !== text) said.textContent = text;
}

export function startDays() {
  all(FIELDS).forEach(tell);
  for (const kind of ["input", "change", "focusin"]) {
    document.addEventListener(kind, ({ target }) => target.matches?.(FIELDS) && tell(target));
  }
}
