// Replay: the slider and the arrows fetch the card as it was after a step; the drawing stays, its marks change.
const PARTS = ["h2", "nav.choices", "#step-told"];

function take(card, part) {
  for (const selector of PARTS) {
    const [here, there] = [card, part].map((root) => root.querySelector(selector));
    if (here && there) here.replaceChildren(...there.childNodes);
  }
  for (const name of ["prev", "next"]) {
    const [here, there] = [card, part].map((root) => root.querySelector(`.replay [rel=${name}]`));
    for (const attribute of ["href", "aria-disabled"]) {
      if (there.hasAttribute(attribute)) here.setAttribute(attribute, there.getAttribute(attribute));
      else here.removeAttribute(attribute);
    }
  }
  const [slider, told] = [card, part].map((root) => root.querySelector("#step"));
  slider.value = told.value;
  slider.setAttribute("aria-valuetext", told.getAttribute("aria-valuetext"));
}

export function startReplay(host, show) {
  const card = host.closest(".card");
  const form = card?.querySelector("[data-replay]");
  if (!form) return;
  const slider = form.elements.step;
  let asked;
  const go = async (number) => {
    asked?.abort();
    asked = new AbortController();
    const page = new URL(location);
    page.searchParams.set("step", number);
    page.searchParams.set("diagram", form.elements.diagram.value);
    try {
      const answer = await fetch(`${form.dataset.replay}&step=${number}`, { signal: asked.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      take(card, part);
      host.dataset.label = part.querySelector("[data-diagram]").dataset.label;
      show(JSON.parse(part.querySelector("[data-diagram]").dataset.diagram));
      history.replaceState(history.state, "", page);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(page);
    }
  };
  slider.addEventListener("input", () => go(slider.value));
  for (const [name, way] of [["prev", -1], ["next", 1]]) {
    form.querySelector(`[rel=${name}]`).addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      const [from, to] = [Number(slider.value), Math.min(Math.max(Number(slider.value) + way, 1), Number(slider.max))];
      slider.value = to;
      if (from !== to) go(to);
    });
  }
}
