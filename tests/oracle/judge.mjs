// GitHub's own parser and expression checks over workflow files:  node --import ./json-hook.mjs judge.mjs FILE…
// Prints findings as FILE:LINE:COLUMN: SEVERITY: MESSAGE; exits 1 if there is an error.
import { readFileSync } from "node:fs";
import { FeatureFlags } from "@actions/expressions";
import { validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";

const severities = ["", "error", "warning", "info", "hint"];
const featureFlags = new FeatureFlags({ all: true });
let errors = 0;
for (const file of process.argv.slice(2)) {
  const document = TextDocument.create("file:///" + file, "yaml", 1, readFileSync(file, "utf8"));
  for (const finding of await validate(document, { featureFlags })) {
    const severity = finding.severity ?? 1;
    if (severity === 1) errors++;
    const { line, character } = finding.range.start;
    console.log(`${file}:${line + 1}:${character + 1}: ${severities[severity]}: ${finding.message}`);
  }
}
process.exit(errors > 0 ? 1 : 0);
