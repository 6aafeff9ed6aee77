#!/usr/bin/env python3
"""Makes compiler/catalogue/workflow_schema.inc from GitHub's schemas of workflow files and of the metadata of actions.

Usage: tools/make_workflow_schema.py workflow-v1.0.json action-v1.0.json > compiler/catalogue/workflow_schema.inc
The inputs are packages/workflow-parser/src/*-v1.0.json of github.com/actions/languageservices (MIT), or
dist/*-v1.0.min.json of the npm package @actions/workflow-parser. Definitions of the second are called `action:NAME`. Only the facts are taken: names of keys, types,
alternatives and the contexts that expressions may use; no descriptions.
"""
import json
import re
import sys

ROOTS = ["workflow-root-strict", "action:action-root-strict"]
CONTEXTS = ["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "job", "runner", "env", "steps", "jobs"]
STATUS = {"always", "success", "failure", "cancelled"}


def context_bits(items):
    bits, of_jobs = 0, False
    for item in items:
        function = re.match(r"(\w+)\((\d+),(\w+)\)$", item)
        if not function:
            bits |= 1 << CONTEXTS.index(item)
        elif function[1] in STATUS:
            bits |= 1 << 12
            of_jobs |= function[3] == "MAX"
        elif function[1] == "hashFiles":
            bits |= 1 << 13
        else:
            raise SystemExit(f"unknown function {item}: teach the table and types::Context about it")
    return bits, of_jobs


def renamed(definition, own):
    """A definition of the schema of actions whose references to its `own` definitions have their prefix."""
    name = lambda other: f"action:{other}" if other in own else other
    result = dict(definition)
    if "one-of" in result:
        result["one-of"] = [name(n) for n in result["one-of"]]
    if "sequence" in result:
        result["sequence"] = {**result["sequence"], "item-type": name(result["sequence"]["item-type"])}
    if "mapping" in result:
        mapping = result["mapping"] = dict(result["mapping"])
        for key in ("loose-key-type", "loose-value-type"):
            if key in mapping:
                mapping[key] = name(mapping[key])
        mapping["properties"] = {n: name(p) if isinstance(p, str) else {**p, "type": name(p["type"])}
                                 for n, p in mapping.get("properties", {}).items()}
    return result


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Table:
    def __init__(self, workflows, actions):
        self.source = dict(workflows["definitions"])
        own = actions["definitions"]
        self.source.update({f"action:{name}": renamed(definition, own) for name, definition in own.items()})
        self.source.update({"any": {"one-of": ["null", "boolean", "number", "string", "sequence", "mapping"]},
                            "null": {"null": {}}, "boolean": {"boolean": {}}, "number": {"number": {}},
                            "string": {"string": {}}, "sequence": {"sequence": {"item-type": "any"}},
                            "mapping": {"mapping": {"loose-key-type": "string", "loose-value-type": "any"}}})
        self.order, self.links, self.properties = [], [], []
        for root in ROOTS:
            self.collect(root)
        self.index = {name: i for i, name in enumerate(self.order)}

    def references(self, name):
        definition = self.source[name]
        if "one-of" in definition:
            return list(definition["one-of"])
        if "sequence" in definition:
            return [definition["sequence"]["item-type"]]
        if "mapping" in definition:
            mapping = definition["mapping"]
            result = [p if isinstance(p, str) else p["type"] for p in mapping.get("properties", {}).values()]
            return result + [mapping[k] for k in ("loose-key-type", "loose-value-type") if k in mapping]
        return []

    def collect(self, name):
        seen, todo = {name, *self.order}, [name]
        while todo:
            self.order.append(todo.pop(0))
            for other in self.references(self.order[-1]):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)

    def row(self, name):
        definition = self.source[name]
        bits, of_jobs = context_bits(definition.get("context", []))
        kind, first, count, key, value, constant, flags = None, 0, 0, -1, -1, "", 0
        if of_jobs:
            flags |= 1
        if "one-of" in definition:
            kind, first = "OneOf", len(self.links)
            self.links += [self.index[n] for n in definition["one-of"]]
            count = len(self.links) - first
        elif "allowed-values" in definition:
            kind, first = "Values", len(self.properties)
            self.properties += [(v, -1, False) for v in definition["allowed-values"]]
            count = len(self.properties) - first
        elif "mapping" in definition:
            mapping = definition["mapping"]
            kind, first = "Mapping", len(self.properties)
            for n, p in mapping.get("properties", {}).items():
                p = {"type": p} if isinstance(p, str) else p
                self.properties.append((n, self.index[p["type"]], p.get("required", False)))
            count = len(self.properties) - first
            key = self.index[mapping["loose-key-type"]] if "loose-key-type" in mapping else -1
            value = self.index[mapping["loose-value-type"]] if "loose-value-type" in mapping else -1
        elif "sequence" in definition:
            kind, value = "Sequence", self.index[definition["sequence"]["item-type"]]
        elif "string" in definition:
            kind, constant = "String", definition["string"].get("constant", "")
            flags |= 2 if definition["string"].get("require-non-empty") else 0
        else:
            kind = {"null": "Null", "boolean": "Boolean", "number": "Number"}[
                next(k for k in ("null", "boolean", "number") if k in definition)]
        return (f"    {{{quote(name)}, Kind::{kind}, {bits:#x}, {flags}, {first}, {count}, {key}, {value}, "
                f"{quote(constant)}}},")

    def print(self):
        rows = [self.row(name) for name in self.order]
        print("// Made by tools/make_workflow_schema.py from GitHub's workflow-v1.0.json and action-v1.0.json (MIT). Do not edit.")
        print("// clang-format off")
        print("constexpr Definition kDefinitions[] = {", *rows, "};", sep="\n")
        print("constexpr Property kProperties[] = {")
        for name, type_index, required in self.properties:
            print(f"    {{{quote(name)}, {type_index}, {'true' if required else 'false'}}},")
        print("};\nconstexpr int16_t kLinks[] = {")
        for i in range(0, len(self.links), 20):
            print("    " + " ".join(f"{link}," for link in self.links[i:i + 20]))
        print("};\n// clang-format on")


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


if len(sys.argv) != 3:
    raise SystemExit(__doc__)
Table(read(sys.argv[1]), read(sys.argv[2])).print()
