#!/usr/bin/env python3
"""Makes compiler/catalogue/data/payloads.tsv: what `github.event` holds, for the events that events.cpp does not describe.

    npm pack @octokit/webhooks-schemas && tar xzf octokit-webhooks-schemas-*.tgz
    tools/make_payloads.py package/schema.json VERSION > compiler/catalogue/data/payloads.tsv

Only facts are taken: names of properties, their kind, and whether they may be missing or null. What all activity types
of an event have is there, what some have is optional. The form of a line is that of kShapes in events.cpp.
"""

import json
import sys

EVENTS = """branch_protection_rule check_run check_suite create delete deployment deployment_status discussion
discussion_comment fork gollum issue_comment issues label milestone page_build project project_card project_column public
pull_request_review pull_request_review_comment registry_package release repository_dispatch status watch
workflow_run""".split()
DEPTH = 8  # nobody reads deeper, and schemas may contain themselves


class Maker:
    def __init__(self, schema):
        self.definitions = schema["definitions"]
        self.shapes = {}  # properties as text -> name
        self.names = set()
        self.lines = []

    def tree(self, node, depth, name):
        """{"kind", "null", "name", and "fields" of a record or "item" of a list}; a field is (tree, required)."""
        if depth > DEPTH:
            return {"kind": "o", "null": False, "name": name}
        if "$ref" in node:
            target = node["$ref"].rsplit("/", 1)[1]
            return self.tree(self.definitions[target], depth, target.replace("$", "_").replace("-", "_"))
        if "allOf" in node:
            return self.both([self.tree(part, depth, name) for part in node["allOf"]])
        for key in ("oneOf", "anyOf"):
            if key in node:
                return self.either([self.tree(part, depth, name) for part in node[key]])
        kinds = node.get("type", "object" if "properties" in node else "string")
        kinds = [kinds] if isinstance(kinds, str) else list(kinds)
        null = "null" in kinds
        kinds = [kind for kind in kinds if kind != "null"]
        if not kinds:
            return {"kind": "null", "null": True, "name": name}
        if kinds[0] == "object":
            return self.record(node, null, depth, name)
        if kinds[0] == "array":
            item = node.get("items") or {"type": "string"}
            return {"kind": "*", "null": null, "name": name, "item": self.tree(item, depth + 1, name + "_item")}
        kind = {"integer": "n", "number": "n", "boolean": "b"}.get(kinds[0], "")
        return {"kind": kind if len(kinds) == 1 or set(kinds) <= {"integer", "number"} else "", "null": null, "name": name}

    def record(self, node, null, depth, name):
        required = set(node.get("required", []))
        fields = {
            key: (self.tree(value, depth + 1, key), key in required) for key, value in node.get("properties", {}).items()
        }
        if not fields:
            return {"kind": "o", "null": null, "name": name}
        return {"kind": ".", "null": null, "name": name, "fields": fields}

    def both(self, trees):
        """Of `allOf`: later parts say more about the fields of earlier ones."""
        result = None
        for tree in trees:
            if result is None or result["kind"] != "." or tree["kind"] != ".":
                result = result if result is not None and tree["kind"] in ("o", "null") else tree
                continue
            fields = dict(result["fields"])
            for key, (value, required) in tree["fields"].items():
                if key in fields and value["kind"] in ("null", "o"):
                    old, old_required = fields[key]
                    value = dict(old, null=old["null"] or value["null"])
                    required = required or old_required
                elif key in fields:
                    required = required or fields[key][1]
                fields[key] = (value, required)
            result = dict(result, fields=fields)
        return result

    def either(self, trees):
        result = trees[0]
        for tree in trees[1:]:
            result = self.merge(result, tree)
        return result

    def merge(self, a, b):
        if a["kind"] == "null" or b["kind"] == "null":
            return dict(b if a["kind"] == "null" else a, null=True)
        null = a["null"] or b["null"]
        if a["kind"] != b["kind"]:
            for one, other in ((a, b), (b, a)):
                if one["kind"] == "." and other["kind"] == "o":
                    fields = {key: (value, False) for key, (value, _) in one["fields"].items()}
                    return dict(one, null=null, fields=fields)
            return {"kind": "", "null": null, "name": a["name"]}
        if a["kind"] == "*":
            return dict(a, null=null, item=self.merge(a["item"], b["item"]))
        if a["kind"] != ".":
            return dict(a, null=null)
        fields = {}
        for key in list(a["fields"]) + [key for key in b["fields"] if key not in a["fields"]]:
            if key in a["fields"] and key in b["fields"]:
                (x, x_required), (y, y_required) = a["fields"][key], b["fields"][key]
                fields[key] = (self.merge(x, y), x_required and y_required)
            else:
                fields[key] = ((a["fields"].get(key) or b["fields"].get(key))[0], False)
        return dict(a, null=null, fields=fields)

    def kind_text(self, tree):
        if tree["kind"] == ".":
            return "." + self.shape(tree)
        if tree["kind"] == "*":
            inner = self.kind_text(tree["item"])
            return "*" + ("s" if inner == "" else "o" if inner.startswith("*") else inner)
        return "" if tree["kind"] == "null" else tree["kind"]

    def shape(self, tree, name=None):
        words = []
        for key, (value, required) in sorted(tree["fields"].items()):
            kind = "j" if key == "client_payload" else self.kind_text(value)
            absent = "" if required and not value["null"] else "?"
            words.append(key + (":" + kind if kind else "") + absent)
        text = " ".join(words)
        if text in self.shapes and name is None:
            return self.shapes[text]
        wanted = name or "_" + tree["name"]
        number = 2
        final = wanted
        while final in self.names:
            final = f"{wanted}_{number}"
            number += 1
        self.names.add(final)
        self.shapes[text] = final
        self.lines.append(f"{final}\t{text}")
        return final

    def event(self, name):
        node = self.definitions.get(name + "_event")
        trees = [self.tree(part, 0, name) for part in node["oneOf"]] if node else [
            self.tree(value, 0, name) for key, value in sorted(self.definitions.items()) if key.split("$")[0] == name
        ]
        if not trees:
            return
        payload = self.either(trees)
        # What depends on who listens, not on the event: an app, an organization, an enterprise.
        payload["fields"]["enterprise"] = ({"kind": "o", "null": False, "name": "enterprise"}, False)
        if "installation" in payload["fields"]:
            payload["fields"]["installation"] = (payload["fields"]["installation"][0], False)
        self.shape(payload, "@" + name)


def main():
    schema_file, version = sys.argv[1:3]
    with open(schema_file, encoding="utf-8") as file:
        maker = Maker(json.load(file))
    for event in EVENTS:
        maker.event(event)
    print("# What github.event holds. Made by tools/make_payloads.py; do not edit.")
    print(f"# Source of the facts: @octokit/webhooks-schemas {version} (MIT). The form: kShapes in events.cpp.")
    print("\n".join(sorted(maker.lines)))


main()
