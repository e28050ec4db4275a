// On every page. Nothing here carries anything that cannot be reached without it.
import { startDays } from "./js/days.js";
import { startFresh } from "./js/fresh.js";
import { startForms } from "./js/forms.js";
import { startKeys } from "./js/keys.js";
import { startShell } from "./js/shell.js";

startShell();
startForms();
startKeys();
startFresh();
startDays();
document.documentElement.dataset.script = "ready";
