#!/usr/bin/env python3
"""Makes the shipped catalogue of actions (compiler/catalogue/data/*.tsv) from a survey of their repositories.

Usage: tools/make_catalogue.py [FOLDER]     FOLDER holds actions.json and actions-tags.json; default: ../shared/reference

Facts only, sorted, so that a new survey gives a small diff. The formats are described at the top of the files it writes.
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "compiler/catalogue/data"

# How the text of a list is split -> our kind of input. Where line ends and commas both split, lines do.
SEPARATORS = {
    "newline": "lines", "newline or comma": "lines", "newline, comma or semicolon": "lines",
    "comma": "commas", "comma or JSON": "commas", "whitespace or comma": "commas",
    "whitespace": "spaces", "space": "spaces",
}

# Lists of KEY=VALUE, from the READMEs of the actions.
PAIRS = {
    "docker/build-push-action": {"build-args", "build-contexts", "labels"},
}

ACTIONS_HEAD = """\
# Signatures of actions. Made by tools/make_catalogue.py; do not edit. Tab-separated, sorted without case.
# A  owner/repo[/path]  newest version  using  permissions  permissions-if  outputs  inputs
#    permissions: scope=access,…  {} none  - not established.  permissions-if: as in sluice.lock, between |
#    outputs: names.  inputs: name=kind as in sluice.lock, between ;
# V  ref  using  lacks  also  required  lacks-outputs  also-outputs: how an older major, or another ref, differs
# R  old name  new name
"""
TAGS_HEAD = """\
# Tags and branches of the repositories of actions. Made by tools/make_catalogue.py; do not edit.
# = owner/repo, then a line a commit: SHA and its tags, newest first. ~ SHA: branches seen in use, which move.
"""


def kind_of(action, name, entry, facts):
    """The kind of an input in the words of sluice.lock."""
    if name in (facts.get("enum_inputs") or {}):
        members = [str(m) for m in facts["enum_inputs"][name]]
        if members and all(re.fullmatch(r"[^,()~!;\s][^,();\t]*", m) for m in members):
            kind = "enum(" + ", ".join(members) + ")"
        else:
            kind = "string"
    elif name in (facts.get("code_inputs") or []):
        kind = "code"
    elif name in PAIRS.get(action, ()):
        kind = "pairs"
    elif name in (facts.get("list_inputs") or {}):
        kind = SEPARATORS[facts["list_inputs"][name]]
    elif name in (facts.get("secret_inputs") or []):
        kind = "secret"
    elif name in (facts.get("bool_inputs") or []):
        kind = "bool"
    elif name in (facts.get("number_inputs") or []):
        kind = "number"
    else:
        kind = "string"
    # The runner does not enforce `required`; an input with a default is never missing.
    required = entry.get("required") and entry.get("default") is None
    return kind + ("!" if required else "") + ("~" if entry.get("deprecated") else "")


def grants(permissions):
    return ",".join(f"{scope}={access}" for scope, access in sorted(permissions.items()))


def conditions(facts):
    out = []
    for condition, permissions in (facts.get("permissions_if") or {}).items():
        out.append(f"{condition}: " + ", ".join(f"{s}={a}" for s, a in sorted(permissions.items())))
    return "|".join(out)


def action_lines(action, facts):
    inputs = {name: kind_of(action, name, entry, facts) for name, entry in facts["inputs"].items()}
    permissions = "-" if "permissions" not in facts else grants(facts["permissions"]) or "{}"
    yield "\t".join(["A", action, facts["version"], facts["using"], permissions, conditions(facts),
                     ",".join(sorted(facts["outputs"])),
                     ";".join(f"{name}={kind}" for name, kind in sorted(inputs.items()))])
    variants = dict(facts.get("older_majors") or {})
    variants.update(facts.get("ref_differs") or {})
    for ref, differs in sorted(variants.items()):
        row = [differs.get("using", facts["using"])]
        row += [",".join(sorted(differs.get(key) or [])) for key in
                ("lacks", "also", "required", "lacks_outputs", "also_outputs")]
        yield "\t".join(["V", ref] + row)


def version_key(tag):
    """Newest first; exact versions before the majors that move with them."""
    numbers = re.fullmatch(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(.*)", tag)
    if not numbers:
        return (1, 0, 0, 0, 0, tag)
    parts = [int(n) if n else -1 for n in numbers.groups()[:3]]
    return (0, -parts[0], -parts[1], -parts[2], 1 if numbers.group(4) else 0, tag)


def repository_of(action):
    return "/".join(action.split("/")[:2])


def tag_lines(repository, tags, branches):
    by_sha = {}
    for tag, sha in tags.items():
        by_sha.setdefault(sha, []).append(tag)
    yield f"= {repository}"
    for sha, names in sorted(by_sha.items(), key=lambda item: min(version_key(tag) for tag in item[1])):
        yield sha + " " + " ".join(sorted(names, key=version_key))
    for ref, sha in sorted(branches.items()):
        if ref not in tags:
            yield f"~ {sha} {ref}"


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared/reference"
    actions = json.loads((folder / "actions.json").read_text())
    tags = json.loads((folder / "actions-tags.json").read_text())
    lines, branches = [], {}
    for action in sorted((name for name in actions if not name.startswith("_")), key=str.lower):
        lines += action_lines(action, actions[action])
        branches.setdefault(repository_of(action), {}).update(actions[action].get("moving_refs") or {})
    for old, new in sorted(actions.get("_renamed", {}).items(), key=lambda item: item[0].lower()):
        lines.append(f"R\t{old}\t{new}")
    DATA.mkdir(parents=True, exist_ok=True)
    (DATA / "actions.tsv").write_text(ACTIONS_HEAD + "\n".join(lines) + "\n")
    rows = []
    for repository in sorted(tags, key=str.lower):
        rows += tag_lines(repository, tags[repository], branches.get(repository, {}))
    (DATA / "tags.tsv").write_text(TAGS_HEAD + "\n".join(rows) + "\n")
    print(f"{sum(line.startswith('A') for line in lines)} actions, {sum(map(len, tags.values()))} tags")


if __name__ == "__main__":
    main()
