// On every page. Nothing here carries anything that cannot be reached without it.
import { startForms } from "./js/forms.js";
import { startKeys } from "./js/keys.js";
import { startShell } from "./js/shell.js";

startShell();
startForms();
startKeys();
document.documentElement.dataset.script = "ready";
