// check.mjs FOLDER: reads FOLDER/scalars.yml with npm's `yaml` under YAML 1.1 and 1.2 and compares with scalars.txt.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const oracle = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../oracle/node_modules");
if (!existsSync(path.join(oracle, "yaml"))) {
  console.log("skipped: npm's yaml is missing; ./dev oracle installs it");
  process.exit(process.env.CI ? 1 : 0);
}
const YAML = createRequire(path.join(oracle, "x.js"))("yaml");
const folder = process.argv[2];
const text = readFileSync(path.join(folder, "scalars.yml"), "utf8");
const expected = readFileSync(path.join(folder, "scalars.txt"), "utf8").trimEnd().split("\n");
const valueOf = node => (Array.isArray(node) ? (node.length === 3 ? node[1] : node[0]) : node instanceof Map ? [...node.keys()][0] : node);
const number = t => (t === ".nan" ? NaN : t === ".inf" ? Infinity : t === "-.inf" ? -Infinity : Number(t));

let bad = 0;
for (const version of ["1.1", "1.2"]) {
  const document = YAML.parse(text, { version, mapAsMap: true, merge: false, schema: version === "1.1" ? "yaml-1.1" : "core" });
  let good = 0;
  for (const [i, line] of expected.entries()) {
    const got = valueOf(document.get(`k${i}`));
    const want = line[0] === "s" ? Buffer.from(line.slice(2), "hex").toString("utf8") : number(line.slice(2));
    if (Object.is(got, want)) good++;
    else console.log(`k${i}: ${line} was read as ${JSON.stringify(got)} under ${version}`);
  }
  console.log(`YAML ${version} (npm yaml): ${good} of ${expected.length}`);
  bad += expected.length - good;
}
process.exit(bad ? 1 : 0);
