// What interpreter.mjs needs to know of files: globs, hashFiles, and artifacts as folders of a store.
import { createHash } from "node:crypto";
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

// `**` spans folders, `*` and `?` stay within one.
function globPattern(glob) {
  const text = glob.replace(/[.+^${}()|\\]/g, "\\$&").replace(/\*\*\/?|\*|\?/g, (star) =>
    star === "**/" ? "(?:.*/)?" : star === "**" ? ".*" : star === "*" ? "[^/]*" : "[^/]");
  return new RegExp(`^${text}(?:/.*)?$`);
}

function filesBelow(folder) {
  const result = [];
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (lstatSync(path).isDirectory()) result.push(...filesBelow(path));
    else result.push(path);
  }
  return result;
}

// The files of `folder` that lines of globs pick; a line with `!` takes away again. A folder means all that is in it.
export function pickFiles(folder, lines, hidden = true) {
  const picked = new Set();
  const all = filesBelow(folder).map((path) => relative(folder, path));
  for (const line of lines.map((l) => l.trim()).filter((l) => l !== "" && !l.startsWith("#"))) {
    const out = line.startsWith("!");
    const glob = relative(folder, resolve(folder, out ? line.slice(1) : line)) || "**";
    const pattern = globPattern(glob);
    for (const path of all) {
      if (!pattern.test(path) || (!hidden && path.split("/").some((part) => part.startsWith(".")))) continue;
      if (out) picked.delete(path);
      else picked.add(path);
    }
  }
  return [...picked].sort();
}

export function hashFiles(folder, globs) {
  const files = pickFiles(folder, globs.flatMap((glob) => glob.split("\n")));
  if (files.length === 0) return "";
  const total = createHash("sha256");
  for (const path of files) total.update(createHash("sha256").update(readFileSync(join(folder, path))).digest());
  return total.digest("hex");
}

function commonFolder(paths) {
  const parts = dirname(paths[0]).split("/");
  while (!paths.every((path) => parts.length === 0 || path.startsWith(parts.join("/") + "/"))) parts.pop();
  return parts.join("/");
}

// Below the last folder that the paths share before any `*`; one plain file stands alone.
function rootOf(workspace, lines, files) {
  const starts = lines.map((l) => l.trim()).filter((l) => l !== "" && !l.startsWith("!")).map((line) => {
    const plain = relative(workspace, resolve(workspace, line)).split("/");
    const star = plain.findIndex((part) => /[*?]/.test(part));
    const path = (star < 0 ? plain : plain.slice(0, star)).join("/");
    return star < 0 && existsSync(join(workspace, path)) && !lstatSync(join(workspace, path)).isDirectory() ? dirname(path) : path;
  }).map((path) => (path === "." ? "" : path));
  if (starts.length === 1) return starts[0];
  return commonFolder([...files, ...starts.map((start) => (start ? start + "/x" : "x"))]).replace(/^\.$/, "");
}

export function upload(store, workspace, inputs) {
  const name = inputs.name || "artifact";
  const lines = inputs.path.split("\n");
  const files = pickFiles(workspace, lines, inputs["include-hidden-files"] === "true");
  if (files.length === 0) {
    if (inputs["if-no-files-found"] === "error") throw new Error(`no files were found for the artifact ${name}`);
    return;
  }
  const target = join(store, name);
  if (existsSync(target)) {
    if (inputs.overwrite !== "true") throw new Error(`there is an artifact ${name} already`);
    rmSync(target, { recursive: true });
  }
  const root = join(workspace, rootOf(workspace, lines, files));
  for (const path of files) {
    const to = join(target, relative(root, join(workspace, path)));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(workspace, path), to, { dereference: true });
  }
}

export function download(store, workspace, inputs) {
  const target = resolve(workspace, inputs.path || ".");
  mkdirSync(target, { recursive: true });
  if (inputs.name) {
    if (!existsSync(join(store, inputs.name))) throw new Error(`there is no artifact ${inputs.name}`);
    cpSync(join(store, inputs.name), target, { recursive: true });
    return;
  }
  const names = existsSync(store) ? readdirSync(store).filter((name) => globPattern(inputs.pattern || "*").test(name)) : [];
  for (const name of names)
    cpSync(join(store, name), inputs["merge-multiple"] === "true" ? target : join(target, name), { recursive: true });
}
