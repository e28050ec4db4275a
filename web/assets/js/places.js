// Where overlays stand on a drawing: beside their element, where neither a word, a shape, a line nor another overlay is.

const GAP = 3;
const STEP = 6;
const FAR = 240;
const BORDER = 2; // half of the thickest line around a shape, that of a call; it lies outside the shape's own box

const meet = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The box of the words of a shape, as the browser has set them. */
function wordsOf(element, graphics) {
  return [...(graphics?.querySelectorAll(":scope > .djs-visual text") ?? [])]
    .filter((text) => text.textContent.trim())
    .map((text) => {
      const from = text.getBBox();
      const matrix = text.transform.baseVal.consolidate()?.matrix;
      const corners = [[from.x, from.y], [from.x + from.width, from.y + from.height]].map(([x, y]) =>
        matrix ? [matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f] : [x, y]);
      const [left, right] = corners.map(([x]) => x).sort((a, b) => a - b);
      const [top, bottom] = corners.map(([, y]) => y).sort((a, b) => a - b);
      return { x: element.x + left, y: element.y + top, width: right - left, height: bottom - top };
    });
}

/** The four sides of a frame, which is no obstacle inside. */
function edges({ x, y, width, height }) {
  const thin = 2;
  return [
    { x, y: y - 1, width, height: thin },
    { x, y: y + height - 1, width, height: thin },
    { x: x - 1, y, width: thin, height },
    { x: x + width - 1, y, width: thin, height },
  ];
}

/** What may not be covered: words and shapes; and what is only crossed when there is no other way: lines and frames. */
export function obstacles(registry) {
  const [solid, lines] = [[], []];
  for (const element of registry.getAll()) {
    if (element.waypoints) {
      element.waypoints.slice(1).forEach((end, at) => {
        const start = element.waypoints[at];
        const [x, y] = [Math.min(start.x, end.x) - 2, Math.min(start.y, end.y) - 2];
        lines.push({ x, y, width: Math.abs(start.x - end.x) + 4, height: Math.abs(start.y - end.y) + 4 });
      });
      continue;
    }
    if (element.width === undefined || element.hidden) continue;
    const isFrame = element.children?.some((child) => !child.waypoints && child.type !== "label") || /Lane|Participant|Group/.test(element.type);
    solid.push(...wordsOf(element, registry.getGraphics(element)));
    if (element.type === "label") continue;
    if (isFrame) lines.push(...edges(element));
    else solid.push({ x: element.x - BORDER, y: element.y - BORDER, width: element.width + 2 * BORDER, height: element.height + 2 * BORDER });
  }
  return { solid, lines };
}

/** The places right at an element, the wanted corner first. */
function spots(at, { width, height }, wanted) {
  const [above, below] = [at.y - height - GAP, at.y + at.height + GAP];
  const [left, middle, right] = [at.x, at.x + (at.width - width) / 2, at.x + at.width - width];
  const first = { "above-left": [left - GAP, above], "below-left": [left - GAP, below], "below-right": [right, below] }[wanted];
  const all = [first ?? [left, above], [left, above], [middle, above], [right, above], [left, below], [middle, below], [right, below]];
  return all.map(([x, y]) => ({ x, y, width, height }));
}

/** A place beside an element. None when nothing near is free. */
export function place(at, size, wanted, free, taken) {
  return near(at, size, wanted, free, taken, FAR) ?? near(at, size, wanted, free, taken, 2 * FAR);
}

function near(at, size, wanted, { solid, lines }, taken, far) {
  const within = (each) => each.x < at.x + at.width + far + size.width && at.x - far - size.width < each.x + each.width
    && each.y < at.y + at.height + far + size.height && at.y - far - size.height < each.y + each.height;
  const [hard, soft] = [[...solid, ...taken].filter(within), lines.filter(within)];
  const open = spots(at, size, wanted).filter((box) => !hard.some((each) => meet(each, box)));
  return open.find((box) => !soft.some((each) => meet(each, box))) ?? around(at, size, hard, soft, far, open[0]);
}

/** The nearest place further away; each obstacle takes the places out of the grid at which a box would meet it. */
function around(at, { width, height }, hard, soft, far, otherwise) {
  const [x0, y0] = [at.x - width - far, at.y - height - far];
  const columns = Math.floor((at.width + width + 2 * far) / STEP) + 1;
  const rows = Math.floor((at.height + height + 2 * far) / STEP) + 1;
  const [covered, crossed] = [hard, soft].map((boxes) => {
    const grid = new Uint8Array(columns * rows);
    for (const each of boxes) {
      const [from, to] = span(each.x - width - x0, each.x + each.width - x0, columns);
      const [top, bottom] = span(each.y - height - y0, each.y + each.height - y0, rows);
      for (let row = top; from < to && row < bottom; row += 1) grid.fill(1, row * columns + from, row * columns + to);
    }
    return grid;
  });
  const [best, least] = [[null, null], [Infinity, Infinity]]; // on nothing, on lines
  for (let cell = 0; cell < covered.length; cell += 1) {
    if (covered[cell]) continue;
    const [x, y] = [x0 + (cell % columns) * STEP, y0 + Math.floor(cell / columns) * STEP];
    const aside = Math.max(at.x - (x + width), x - (at.x + at.width), 0);
    const away = Math.max(at.y - (y + height), y - (at.y + at.height), 0);
    const cost = aside + away + Math.abs(x - at.x) / 100;
    if ((aside || away) && cost < least[crossed[cell]]) {
      least[crossed[cell]] = cost;
      best[crossed[cell]] = { x, y, width, height };
    }
  }
  return best[0] ?? otherwise ?? best[1];
}

/** The steps that lie between two places, those on them left out: the first, and the one after the last. */
function span(from, to, most) {
  return [Math.max(Math.floor(from / STEP) + 1, 0), Math.min(Math.ceil(to / STEP), most)];
}
