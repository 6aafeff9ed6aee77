// The published packages of @actions import *.json without an import attribute, which Node refuses; this serves them as modules.
import { register } from "node:module";

register("data:text/javascript," + encodeURIComponent(`
import { readFileSync } from "node:fs";
export async function load(url, context, next) {
  if (!url.endsWith(".json")) return next(url, context);
  return { format: "module", shortCircuit: true, source: "export default " + readFileSync(new URL(url), "utf8") };
}`));
