// Bundles scripts and styles, makes the icon sprite and copies the font; writes a manifest of the hashed names.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const out = join(root, "web", "static", "build");
const limits = { "app.js": 24_000, "app.css": 14_000, "diagram.js": 64_000, "diagram.css": 8_000, "statistics.css": 2_000, "icons.svg": 6_000 };
const everywhere = ["app.js", "app.css", "icons.svg", "font.woff2"];
// What a browser fetches that has nothing yet; a first load may take 90 kB, that of a case 190, the pages themselves included.
const loads = {
  "the first load": [82_000, everywhere],
  "the first load of a case": [152_000, [...everywhere, "diagram.js", "diagram.css"]],
};
const fetched = {};

mkdirSync(out, { recursive: true });

// A server that is running still serves the files it has read of: yesterday's go, not those of a moment ago.
for (const file of readdirSync(out)) {
  if (Date.now() - statSync(join(out, file)).mtimeMs > 24 * 3600 * 1000) rmSync(join(out, file));
}

const result = await build({
  absWorkingDir: here,
  entryPoints: ["app.js", "diagram.js", "app.css", "diagram.css", "statistics.css"],
  outdir: out,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome123", "firefox121", "safari17.5"],
  loader: { ".woff2": "file" },
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const [path, made] of Object.entries(result.metafile.outputs)) {
  const file = basename(path);
  const source = made.entryPoint ?? Object.keys(made.inputs)[0];
  if (made.entryPoint) manifest[basename(made.entryPoint)] = file;
  else if (file.endsWith(".woff2")) manifest["font.woff2"] = file;
  else if (!file.endsWith(".txt")) throw new Error(`nobody asked for ${file} (${source})`);
}

const icons = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${icons.map(symbol).join("")}</svg>`;
manifest["icons.svg"] = `icons-${createHash("sha256").update(sprite).digest("hex").slice(0, 8)}.svg`;
manifest.icons = icons;
writeFileSync(join(out, manifest["icons.svg"]), sprite);
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1));
writeFileSync(join(out, ".built"), "");

for (const file of readdirSync(out).sort()) {
  const name = Object.keys(manifest).find((key) => manifest[key] === file);
  if (!name) continue;
  const content = readFileSync(join(out, file));
  const packed = { gz: gzipSync(content, { level: 9 }), br: brotliCompressSync(content) };
  // a font is packed already
  if (!file.endsWith(".woff2")) for (const [ending, bytes] of Object.entries(packed)) writeFileSync(join(out, `${file}.${ending}`), bytes);
  const gzip = packed.gz.length;
  fetched[name] = gzip;
  const sizes = [content.length, gzip, packed.br.length].map((size) => String(size).padStart(8)).join("");
  console.log(`${name.padEnd(12)}${sizes}  bytes: minified, gzip, brotli`);
  if (limits[name] && gzip > limits[name]) throw new Error(`${name} is over its budget of ${limits[name]} bytes after gzip`);
}

for (const [name, [limit, files]] of Object.entries(loads)) {
  const sum = files.reduce((total, file) => total + fetched[file], 0);
  if (sum > limit) throw new Error(`${name} is ${sum} bytes after gzip, over its budget of ${limit}`);
}

/** One icon of the sprite: the paths of a Tabler outline icon. */
function symbol(name) {
  const svg = readFileSync(join(root, "node_modules", "@tabler", "icons", "icons", "outline", `${name}.svg`), "utf8");
  const paths = svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/<path stroke="none"[^>]*\/>/, "").replace(/\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${paths}</symbol>`;
}
