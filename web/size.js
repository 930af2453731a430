// What the console's first page loads, packed: fails above the bound.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** kB that a first load may take. */
const MOST = 250;
const dist = join(import.meta.dirname, "dist");
const index = join(dist, "index.html");
if (!existsSync(index)) throw new Error("web/dist is not there: npm run build makes it");

const page = readFileSync(index, "utf8");
const files = new Set(["index.html"]);
const named = (text, folder) => {
  for (const [, path] of text.matchAll(/(?:src|href)="\/console\/([^"]+)"/g)) files.add(path);
  // What a script imports at once, not what it imports when it is needed.
  for (const [, path] of text.matchAll(/(?:from|^import|;import)\s*"\.\/([^"]+)"/g)) files.add(`${folder}${path}`);
};
named(page, "");
for (const file of files) if (file.endsWith(".js")) named(readFileSync(join(dist, file), "utf8"), "assets/");
const sizes = [...files].map((file) => [file, gzipSync(readFileSync(join(dist, file)), { level: 9 }).length]);
const whole = sizes.reduce((all, [, bytes]) => all + bytes, 0) / 1000;
for (const [file, bytes] of sizes) console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${file}`);
console.log(`${whole.toFixed(1).padStart(7)} kB  first load, packed; at most ${MOST}`);
if (whole > MOST) process.exitCode = 1;
