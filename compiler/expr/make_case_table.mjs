// Writes case_table.cpp from the Unicode data of the Node that runs it:  node make_case_table.mjs > case_table.cpp
// GitHub compares strings by String.toUpperCase and looks keys up by String.toLowerCase of ECMAScript, which are
// Unicode's full case mappings (UnicodeData.txt, SpecialCasing.txt). Final sigma alone is left out: it needs context.
const single = { toUpperCase: [], toLowerCase: [] };
const several = { toUpperCase: [], toLowerCase: [] };
for (let code = 128; code < 0x110000; code++) {
  if (code >= 0xd800 && code < 0xe000) continue;
  const text = String.fromCodePoint(code);
  for (const method of ["toUpperCase", "toLowerCase"]) {
    const mapped = text[method]();
    if (mapped === text) continue;
    if ([...mapped].length === 1) single[method].push([code, mapped.codePointAt(0)]);
    else several[method].push([code, mapped]);
  }
}

// Runs of code points with one distance to their mapping, every one or every second.
function runs(pairs) {
  const result = [];
  for (const [code, mapped] of pairs) {
    const last = result.at(-1);
    const gap = last ? code - last.end : 0;
    const fits = last && last.delta === mapped - code && (last.step === 0 ? gap <= 2 : gap === last.step);
    if (fits) {
      if (last.step === 0) last.step = gap;
      last.end = code;
    } else {
      result.push({ begin: code, end: code, delta: mapped - code, step: 0 });
    }
  }
  return result;
}

const hex = (code) => "0x" + code.toString(16).toUpperCase();
const bytes = (text) => [...Buffer.from(text)].map((byte) => "\\x" + byte.toString(16).padStart(2, "0")).join("");
function rows(items) {
  let text = "";
  let line = "   ";
  for (const item of items) {
    if (line.length + item.length + 2 > 118) {
      text += line + "\n";
      line = "   ";
    }
    line += " " + item + ",";
  }
  return text + line + "\n";
}
function table(name, method) {
  const singles = runs(single[method]).map((r) => `{${hex(r.begin)}, ${hex(r.end)}, ${r.delta}, ${r.step || 1}}`);
  const specials = several[method].map(([code, text]) => `{${hex(code)}, "${bytes(text)}"}`);
  return `const CaseRun k${name}Runs[] = {\n${rows(singles)}};\nconst CaseSpecial k${name}Specials[] = {\n${rows(specials)}};\n`;
}

console.log(`// Written by make_case_table.mjs from Unicode ${process.versions.unicode}; do not edit.
#include "compiler/expr/case_table.h"

namespace sluice::expr {
namespace {

// clang-format off
${table("Upper", "toUpperCase")}${table("Lower", "toLowerCase")}// clang-format on

}  // namespace

std::span<const CaseRun> UpperRuns() { return kUpperRuns; }
std::span<const CaseSpecial> UpperSpecials() { return kUpperSpecials; }
std::span<const CaseRun> LowerRuns() { return kLowerRuns; }
std::span<const CaseSpecial> LowerSpecials() { return kLowerSpecials; }

}  // namespace sluice::expr`);
