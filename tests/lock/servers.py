#!/usr/bin/env python3
"""servers.py SLUICE: `sluice lock` against git servers and a registry of our own."""
import sys
import time

import support
from support import Action, Project, git_daemon, registry, scratch, silence

SLUICE = sys.argv[1]

METADATA = """\
name: Deploy
inputs:
  target: {required: true, description: where}
  token: {default: "${{ github.token }}"}
  old: {deprecationMessage: use target}
outputs:
  url: {value: x}
runs: {using: node24, main: index.js}
"""
PIPE = """\
pipeline ci {
  on push
  job a {
    permissions: { contents: read }
    uses acme/deploy@REF(target: "eu")
  }
}
"""
DIGEST = "sha256:" + "ab" * 32


def project(root, ref="v1", pipe=PIPE):
    made = Project(SLUICE, root + "/project")
    made.write("ci.pipe", pipe.replace("REF", ref))
    return made


def pin(text, key):
    """The first `key = …` of the first entry of a lock."""
    entry = text.split("\n\n", 1)[1]
    return next(line.split(" = ", 1)[1].strip('"') for line in entry.splitlines() if line.startswith(key + " = "))


def resolves_from_a_server():
    with scratch() as root:
        action = Action(root + "/served", "acme/deploy", METADATA)
        action.tag("v1.2.0", annotated=True)
        action.tag("v1")
        made = project(root)
        with git_daemon(root + "/served") as url:
            text = made.run("lock", "--offline", "--mirror", url)
        assert text == "sluice.lock: 1 action\n", text
        lock = made.read("sluice.lock")
        assert pin(lock, "sha") == action.head(), lock
        assert pin(lock, "version") == "v1.2.0", lock
        for line in ('using = "node24"', 'outputs = ["url"]', 'target = "string!"', 'token = "secret"',
                     'old = "string~"'):
            assert line in lock, (line, lock)
        # The server is gone; building needs it no more, and the inputs are held to the signature.
        made.run("build")
        assert f"uses: acme/deploy@{action.head()} # v1.2.0" in made.read(".github/workflows/ci.yml")
        made.write("ci.pipe", PIPE.replace("REF", "v1").replace("target:", "tarket:"))
        assert "`acme/deploy` has no input `tarket`" in made.run("check", status=1)


def from_a_folder_named_in_the_project_file():
    with scratch() as root:
        action = Action(root + "/project/clones", "acme/deploy", METADATA)
        action.tag("v1.2.0")
        made = project(root, "v1.2.0")
        made.write("sluice.toml", '[lock]\nmirrors = ["clones"]\nnetwork = "off"\n')
        made.run("lock")
        assert pin(made.read("sluice.lock"), "sha") == action.head()
        made.write("sluice.toml", '[lock]\nmirrors = ["acme/deploy=clones/acme/deploy"]\nnetwork = "off"\n')
        (made.folder / "sluice.lock").unlink()
        made.run("lock")
        assert pin(made.read("sluice.lock"), "sha") == action.head()


def a_path_inside_a_repository():
    with scratch() as root:
        action = Action(root + "/served", "acme/deploy")
        action.commit("inputs: {deep: {}}\nruns: {using: docker}\n", "sub/one/action.yaml")
        action.tag("v1")
        made = project(root, pipe="pipeline ci {\n  on push\n  job a {\n    permissions: { contents: read }\n"
                                  "    uses acme/deploy/sub/one@v1(deep: 1)\n    uses acme/deploy/none@v1\n  }\n}\n")
        text = made.run("lock", "--offline", "--mirror", root + "/served", status=1)
        assert "error[P0701]: `acme/deploy/none@v1` cannot be read" in text, text
        assert "has no `none/action.yml` at " in text, text
        made.write("ci.pipe", made.read("ci.pipe").replace("    uses acme/deploy/none@v1\n", ""))
        made.run("lock", "--offline", "--mirror", root + "/served")
        lock = made.read("sluice.lock")
        assert pin(lock, "uses") == "acme/deploy/sub/one" and 'deep = "string"' in lock, lock
        assert pin(lock, "version") == "v1", lock


def a_branch_is_refused():
    with scratch() as root:
        action = Action(root + "/served", "acme/deploy", METADATA)
        action.tag("v1.2.0")
        action.tag("v1")
        action.commit(METADATA)
        made = project(root, "main")
        text = made.run("lock", "--offline", "--mirror", root + "/served", status=1)
        assert "error[P0705]: `main` is a branch of `acme/deploy`" in text, text
        assert "= Use a tag:   acme/deploy@v1  [fix]" in text, text
        assert "sluice.lock is left as it is" in text, text
        assert not (made.folder / "sluice.lock").exists()
        text = project(root, "v2").run("lock", "--offline", "--mirror", root + "/served", status=1)
        assert "error[P0701]: `acme/deploy` has no tag `v2`" in text and "Did you mean `acme/deploy@v1`?" in text, text


def a_whole_commit_is_a_pin():
    with scratch() as root:
        action = Action(root + "/served", "acme/deploy", METADATA)
        first = action.head()
        action.tag("v1.0.0")
        bare = action.commit(METADATA)
        made = project(root, bare)
        with git_daemon(root + "/served") as url:
            made.run("lock", "--offline", "--mirror", url)
            made.run("build")
            assert f"uses: acme/deploy@{bare}\n" in made.read(".github/workflows/ci.yml")
            made = project(root, first)
            made.run("lock", "--offline", "--mirror", url)
        assert pin(made.read("sluice.lock"), "version") == "v1.0.0"


def a_tag_that_moves_and_one_that_goes():
    with scratch() as root:
        action = Action(root + "/served", "acme/deploy", METADATA)
        old = action.head()
        action.tag("v1.2.0")
        made = project(root, "v1.2.0")
        with git_daemon(root + "/served") as url:
            made.run("lock", "--offline", "--mirror", url)
            new = action.commit(METADATA + "# moved\n")
            action.tag("v1.2.0")
            # Without --update nobody is asked; with it the move is reported, and only who names the action gets it.
            assert made.run("lock", "--offline", "--mirror", url) == "sluice.lock: 1 action, unchanged\n"
            text = made.run("lock", "--offline", "--update", "--mirror", url)
            assert f"acme/deploy@v1.2.0: the tag was moved from v1.2.0 ({old[:7]}) to v1.2.0 ({new[:7]}); the pin stays" in text, text
            assert pin(made.read("sluice.lock"), "sha") == old
            text = made.run("lock", "--offline", "--update", "acme/deploy", "--mirror", url)
            assert f"acme/deploy@v1.2.0: v1.2.0 ({old[:7]}) -> v1.2.0 ({new[:7]})" in text, text
            assert pin(made.read("sluice.lock"), "sha") == new
            support.git(action.folder, "tag", "-d", "v1.2.0")
            text = made.run("lock", "--offline", "--update", "--mirror", url)
            assert f"the tag `v1.2.0` is gone; the pin stays at v1.2.0 ({new[:7]})" in text, text
            assert pin(made.read("sluice.lock"), "sha") == new


def a_major_moves_forward():
    with scratch() as root:
        action = Action(root + "/served", "acme/deploy", METADATA)
        action.tag("v1.2.0")
        action.tag("v1")
        made = project(root)
        mirror = ["--offline", "--mirror", root + "/served"]
        made.run("lock", *mirror)
        newer = action.commit(METADATA + "# newer\n")
        action.tag("v1.3.0")
        action.tag("v1")
        text = made.run("lock", "--update", *mirror)
        assert "-> v1.3.0" in text and pin(made.read("sluice.lock"), "sha") == newer, text
        support.git(action.folder, "tag", "-f", "v1", "v1.2.0")
        assert "the pin stays" in made.run("lock", "--update", *mirror)
        assert pin(made.read("sluice.lock"), "version") == "v1.3.0"


def a_server_that_hangs():
    with scratch() as root, silence() as port:
        made = project(root, pipe=PIPE.replace("acme/deploy@REF(target: \"eu\")", "actions/checkout@v7")
                       .replace("  }\n}", "    uses actions/cache@v5(path: \"a\", key: \"b\")\n  }\n}"))
        begin = time.monotonic()
        text = made.run("lock", "--offline", "--timeout", "1", "--mirror", f"git://127.0.0.1:{port}")
        took = time.monotonic() - begin
        # One that hangs is asked once, not once an action; what the catalogue knows is pinned all the same.
        assert took < 10, took
        assert text.count("gave no answer in 1 s") == 1, text
        assert "sluice.lock: 2 actions" in text, text
        made = project(root)
        text = made.run("lock", "--offline", "--timeout", "1", "--mirror", f"git://127.0.0.1:{port}", status=1)
        assert "error[P0701]: I do not know the action `acme/deploy`" in text, text
        assert "gave no answer in 1 s" in text, text


def a_reusable_workflow():
    with scratch() as root:
        called = Action(root + "/served", "acme/ci")
        called.commit("on:\n  workflow_call:\n    inputs: {node: {type: number, required: true}}\n"
                      "    secrets: {TOKEN: {required: true}}\npermissions: {contents: read}\njobs:\n  a:\n"
                      "    runs-on: ubuntu-latest\n    steps: [{run: ls}]\n", ".github/workflows/x.yml")
        called.tag("v1.0.0")
        made = project(root, pipe="pipeline ci {\n  on push\n"
                                  "  job a uses acme/ci/.github/workflows/x.yml@v1.0.0(node: 1)\n}\n")
        text = made.run("lock", "--offline", "--mirror", root + "/served")
        lock = made.read("sluice.lock")
        assert "1 workflow" in text, text
        for line in ("[[workflow]]", 'uses = "acme/ci/.github/workflows/x.yml"', f'sha = "{called.head()}"',
                     'permissions = { contents = "read" }', 'node = "number!"', 'TOKEN = "secret!"'):
            assert line in lock, (line, lock)


def digests_of_images():
    pipe = 'pipeline ci {\n  on push\n  job a {\n    container: "HOST/tools/alpine:3.22"\n    run `ls`\n  }\n}\n'
    with scratch() as root, registry({"/v2/tools/alpine/manifests/3.22": DIGEST}) as (host, seen):
        made = project(root, pipe=pipe.replace("HOST", host))
        text = made.run("lock")
        assert "1 image" in text, text
        lock = made.read("sluice.lock")
        assert f'[[image]]\nuses = "{host}/tools/alpine:3.22"\ndigest = "{DIGEST}"\n' in lock, lock
        assert any(path.startswith("/token?service=test&scope=repository:tools/alpine:pull") for path in seen), seen
        asked = len(seen)
        assert "unchanged" in made.run("lock") and len(seen) == asked
        made.write("ci.pipe", pipe.replace("HOST", host).replace("3.22", "9"))
        text = made.run("lock")
        assert f"{host} shows no image tools/alpine:9 (HTTP 404)" in text, text
    with scratch() as root, silence() as port:
        made = project(root, pipe=pipe.replace("HOST", f"127.0.0.1:{port}"))
        text = made.run("lock", "--timeout", "1")
        assert f"127.0.0.1:{port} gave no answer in 1 s" in text, text
        text = made.run("lock", "--offline")
        assert "registries are not asked: --image" in text, text
        text = made.run("lock", "--offline", "--image", f"127.0.0.1:{port}/tools/alpine:3.22={DIGEST}")
        assert "1 image" in text, text
        assert "no container, service or step uses the image `x`" in made.run("lock", "--image", f"x={DIGEST}", status=2)
        assert "names no digest" in made.run("lock", "--image", "x=1", status=2)


def pins_of_old_yaml():
    with scratch() as root:
        action = Action(root + "/served", "acme/deploy", METADATA)
        first = action.head()
        action.tag("v1.2.0")
        action.commit(METADATA + "# newer\n")
        action.tag("v1.3.0")
        action.tag("v1")
        made = project(root)
        made.write("old.yml", f"jobs:\n  a:\n    steps:\n      - uses: acme/deploy@{first} # v1.2.0\n")
        made.run("lock", "--offline", "--mirror", root + "/served", "--from-yaml", str(made.folder / "old.yml"))
        assert pin(made.read("sluice.lock"), "sha") == first
        assert pin(made.read("sluice.lock"), "ref") == "v1"
        made.write("bad.yml", "a: [")
        assert "is no YAML" in made.run("lock", "--offline", "--from-yaml", str(made.folder / "bad.yml"), status=2)


def what_the_command_line_refuses():
    with scratch() as root:
        made = project(root)
        assert "takes names only with --update" in made.run("lock", "acme/deploy", status=2)
        assert "not in range 1 to 600" in made.run("lock", "--timeout", "0", status=2)
        made.write("sluice.toml", '[lock]\ntimeout = 0\nmirror = "x"\nnetwork = "perhaps"\n')
        text = made.run("lock", "--offline", status=1)
        assert "1 to 600" in text and "did you mean `mirrors`?" in text and '"perhaps"' in text, text


def checking_writes_nothing():
    with scratch() as root:
        made = project(root, pipe=PIPE.replace("acme/deploy@REF(target: \"eu\")", "actions/checkout@v7"))
        text = made.run("lock", "--check", status=1)
        assert "sluice.lock is not what the sources need: run `sluice lock`" in text, text
        assert not (made.folder / "sluice.lock").exists()
        made.run("lock", "--offline")
        made.run("lock", "--check")


support.run_cases([resolves_from_a_server, from_a_folder_named_in_the_project_file, a_path_inside_a_repository,
                   a_branch_is_refused, a_whole_commit_is_a_pin, a_tag_that_moves_and_one_that_goes,
                   a_major_moves_forward, a_server_that_hangs, a_reusable_workflow, digests_of_images,
                   pins_of_old_yaml, what_the_command_line_refuses, checking_writes_nothing])
