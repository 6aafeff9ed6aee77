#!/usr/bin/env python3
"""sarif.py SLUICE SCHEMA PROGRAMS: the log of `check --format sarif` for every wrong program is valid under SARIF's own
schema, names each code as a rule, and has as many results as the JSON has diagnostics. Exit code 77: nothing to judge with.
"""
import glob
import json
import os
import subprocess
import sys


def skip(reason):
    print(reason)
    sys.exit(1 if os.environ.get("CI") == "true" else 77)


sluice, schema_file, programs = sys.argv[1:4]
try:
    import jsonschema
except ImportError:
    skip("skipped: python3-jsonschema is not installed (./dev test installs it)")
if not os.path.exists(schema_file):
    skip(f"skipped: {schema_file} is missing (./dev test fetches SARIF's schema)")
os.environ["SLUICE_SHELLCHECK"] = ""  # it says nothing about SARIF, and takes its time
validator = jsonschema.Draft7Validator(json.load(open(schema_file)))


def check(path, form):
    return json.loads(subprocess.run([sluice, "check", "--format", form, path], capture_output=True, cwd=programs).stdout)


paths, bad, results = sorted(glob.glob(os.path.join(programs, "*.pipe"))), [], 0
for path in paths:
    log, plain = check(path, "sarif"), check(path, "json")
    for error in list(validator.iter_errors(log))[:3]:
        bad.append(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    results += len(run["results"])
    if len(run["results"]) != len(plain["diagnostics"]):
        bad.append(f"{path}: {len(run['results'])} results for {len(plain['diagnostics'])} diagnostics")
    bad += [f"{path}: {r['ruleId']} is not rule {r['ruleIndex']}" for r in run["results"]
            if rules[r["ruleIndex"]] != r["ruleId"]]
print(*bad, sep="\n")
print(f"SARIF: {len(paths)} programs, {results} results, {len(bad)} complaints")
sys.exit(1 if bad or not results else 0)
