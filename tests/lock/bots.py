#!/usr/bin/env python3
"""bots.py SLUICE EXAMPLES: what Dependabot and Renovate do to committed workflows, replayed over the examples.

Each replay edits the emitted workflows only, as a bot does. Then `build --check` is green, or its message says exactly
what to do; and the next `build` keeps the bump and makes the sources follow.
"""
import pathlib
import re
import shutil
import sys

import support
from support import Project, scratch

SLUICE, EXAMPLES = sys.argv[1], pathlib.Path(sys.argv[2])
TAGS = EXAMPLES.parent / "compiler/catalogue/data/tags.tsv"
CHECKOUT, UPLOAD, DOWNLOAD = "actions/checkout", "actions/upload-artifact", "actions/download-artifact"


def commit_of(action, tag):
    """The commit that the catalogue knows for a tag."""
    inside = False
    for line in TAGS.read_text().splitlines():
        if line.startswith("= "):
            inside = line[2:].lower() == action
        elif inside and tag in line.split(" ")[1:]:
            return line.split(" ")[0]
    raise AssertionError(f"{action} has no {tag}")


def unknown(digit):
    return digit * 40


class Replay:
    """A copy of an example, built and committed."""

    def __init__(self, root, example, sources=None):
        shutil.copytree(EXAMPLES / example, root + "/p", ignore=shutil.ignore_patterns(".github"))
        self.project = Project(SLUICE, root + "/p")
        for old, new in (sources or {}).items():
            for path in self.project.folder.glob("*.pipe"):
                path.write_text(path.read_text().replace(old, new))
        self.project.run("lock", "--offline")
        self.project.run("build")
        self.project.run("build", "--check")

    def workflows(self):
        return sorted((self.project.folder / ".github/workflows").glob("*.yml"))

    def bump(self, action, commit, version, only=None):
        """The edit of a bot: the commit and the comment of each use, in all workflows or in one."""
        count = 0
        for path in self.workflows():
            if only is None or path.name == only:
                text, n = re.subn(rf"(uses: {action})@[0-9a-f]{{40}} # .*", rf"\1@{commit} # {version}", path.read_text())
                path.write_text(text)
                count += n
        assert count, f"no use of {action}"

    def pins(self, action):
        found = set()
        for path in self.workflows():
            found |= set(re.findall(rf"uses: {action}@(\S+) # (\S+)", path.read_text()))
        return found

    def sources(self):
        return "".join(path.read_text() for path in sorted(self.project.folder.glob("*.pipe")))


def kept(example, bumps, sources=None, writes=None, notice=False, only=None):
    """Green at once, kept by the next build; `writes`: what the sources say afterwards."""
    with scratch() as root:
        replay = Replay(root, example, sources)
        before = replay.sources()
        for action, commit, version in bumps:
            replay.bump(action, commit, version, only)
        text = replay.project.run("build", "--check")
        assert ("notice[P0706]" in text) == notice, text
        assert replay.sources() == before, "a check writes nothing"
        replay.project.run("build")
        for action, commit, version in bumps:
            assert replay.pins(action) == {(commit, version)}, (replay.pins(action), version)
        assert (replay.sources() != before) == bool(writes), "sources"
        for text in writes or []:
            assert text in replay.sources(), text
        assert "notice" not in replay.project.run("build", "--check")
        assert "up to date" in replay.project.run("build")
        # The lock may follow later; it never puts anything back. What nobody knows here it says, and leaves the file.
        text = replay.project.run("lock", "--offline", status=None)
        # An action that no source names keeps its entry until the signature of the new major is known.
        if "its signature is not known here" not in text and not (bumps[0][0] == DOWNLOAD and "unchanged" in text):
            assert "sluice.lock: " in text and bumps[-1][1] in replay.project.read("sluice.lock"), text
        assert "up to date" in replay.project.run("build")


def told(example, bumps, said, sources=None):
    """Red, and the message says what to do."""
    with scratch() as root:
        replay = Replay(root, example, sources)
        for action, commit, version in bumps:
            replay.bump(action, commit, version)
        text = replay.project.run("build", "--check", status=1)
        for sentence in said:
            assert sentence in text, f"{sentence!r} is not in\n{text}"


HELLO, CPP = "01-hello", "02-cpp-project"


def dependabot_patch():
    kept(HELLO, [(CHECKOUT, unknown("a"), "v7.0.2")])


def dependabot_patch_in_all_workflows():
    kept(CPP, [(CHECKOUT, unknown("a"), "v7.0.2")])


def dependabot_minor():
    kept(HELLO, [(CHECKOUT, unknown("a"), "v7.1.0")])


def dependabot_minor_twice():
    with scratch() as root:
        replay = Replay(root, CPP)
        for commit, version in ((unknown("a"), "v7.1.0"), (unknown("b"), "v7.2.0")):
            replay.bump(CHECKOUT, commit, version)
            replay.project.run("build", "--check")
        replay.project.run("build")
        assert replay.pins(CHECKOUT) == {(unknown("b"), "v7.2.0")}


def dependabot_major_that_nobody_knows():
    kept(HELLO, [(CHECKOUT, unknown("a"), "v8.0.0")], writes=["uses actions/checkout@v8\n"], notice=True)


def dependabot_major_in_all_workflows():
    kept(CPP, [(CHECKOUT, unknown("a"), "v8.1.0")], writes=["uses actions/checkout@v8"], notice=True)


def dependabot_major_in_the_catalogue():
    kept(HELLO, [(CHECKOUT, commit_of(CHECKOUT, "v7.0.1"), "v7.0.1")], {"checkout@v7": "checkout@v6"},
         writes=["uses actions/checkout@v7"], notice=True)


def dependabot_two_majors_at_once():
    kept(CPP, [(CHECKOUT, commit_of(CHECKOUT, "v7.0.1"), "v7.0.1")], {"checkout@v7": "checkout@v5"},
         writes=["uses actions/checkout@v7"], notice=True)


def dependabot_major_then_patch():
    with scratch() as root:
        replay = Replay(root, HELLO)
        replay.bump(CHECKOUT, unknown("a"), "v8.0.0")
        replay.project.run("build")
        replay.bump(CHECKOUT, unknown("b"), "v8.0.1")
        replay.project.run("build", "--check")
        replay.project.run("build")
        assert replay.pins(CHECKOUT) == {(unknown("b"), "v8.0.1")}


def dependabot_major_tag():
    kept(HELLO, [(CHECKOUT, unknown("a"), "v7")])


def dependabot_major_tag_of_the_next():
    kept(HELLO, [(CHECKOUT, unknown("a"), "v8")], writes=["uses actions/checkout@v8\n"], notice=True)


def comment_of_a_known_commit():
    with scratch() as root:
        replay = Replay(root, HELLO)
        replay.bump(CHECKOUT, commit_of(CHECKOUT, "v7.0.1"), "v7")
        replay.project.run("build", "--check")


def dependabot_prerelease():
    kept(HELLO, [(CHECKOUT, unknown("a"), "v8.0.0-beta.1")], writes=["uses actions/checkout@v8"], notice=True)


def exact_ref_and_patch():
    kept(HELLO, [(CHECKOUT, unknown("a"), "v7.0.2")], {"checkout@v7": "checkout@v7.0.1"},
         writes=["uses actions/checkout@v7.0.2"], notice=True)


def exact_ref_and_major():
    kept(CPP, [(CHECKOUT, unknown("a"), "v8.0.0")], {"checkout@v7": "checkout@v7.0.1"},
         writes=["uses actions/checkout@v8.0.0"], notice=True)


def action_that_no_source_names():
    kept(CPP, [(UPLOAD, unknown("a"), "v7.0.1")])


def major_that_no_source_names():
    kept(CPP, [(DOWNLOAD, unknown("a"), "v9.0.0")])


def grouped_minors():
    kept(CPP, [(CHECKOUT, unknown("a"), "v7.1.0"), (UPLOAD, unknown("b"), "v7.1.0"), (DOWNLOAD, unknown("c"), "v8.2.0")])


def grouped_majors():
    kept(CPP, [(CHECKOUT, unknown("a"), "v8.0.0"), (UPLOAD, unknown("b"), "v8.0.0"), (DOWNLOAD, unknown("c"), "v9.0.0")],
         writes=["uses actions/checkout@v8"], notice=True)


def renovate_writes_tag():
    with scratch() as root:
        replay = Replay(root, HELLO)
        replay.bump(CHECKOUT, unknown("a"), "tag=v7.0.2")
        replay.project.run("build", "--check")
        # The commit counts; the comment gets the form that Sluice writes.
        replay.project.run("build")
        assert replay.pins(CHECKOUT) == {(unknown("a"), "v7.0.2")}


def renovate_one_workflow_of_two():
    kept(CPP, [(CHECKOUT, unknown("a"), "v7.0.2")], notice=True, only="broken.yml")


def renovate_major_in_one_workflow_of_two():
    kept(CPP, [(CHECKOUT, unknown("a"), "v8.0.0")], notice=True, only="ci.yml", writes=["uses actions/checkout@v8"])


def digest_of_a_known_version():
    told(HELLO, [(CHECKOUT, unknown("a"), "v7.0.1")],
         ["notice[P0706]: this commit is not v7.0.1 of `actions/checkout`", "sluice lock --update actions/checkout"])


def version_that_the_catalogue_knows_otherwise():
    told(HELLO, [(CHECKOUT, unknown("a"), "v7.0.1")], ["notice[P0706]: this commit is not v7.0.1"],
         {"checkout@v7": "checkout@v6"})


def older_than_the_lock():
    told(HELLO, [(CHECKOUT, commit_of(CHECKOUT, "v6.0.0"), "v6.0.0")], ["the written files differ: run `sluice build`"])


def major_without_an_input():
    told(HELLO, [("actions/setup-node", commit_of("actions/setup-node", "v7.0.0"), "v7.0.0")],
         ["error[P0702]: `actions/setup-node` has no input `always-auth`", "notice[P0706]"],
         {"uses actions/checkout@v7": "uses actions/setup-node@v5(always-auth: true)"})


REPLAYS = [dependabot_patch, dependabot_patch_in_all_workflows, dependabot_minor, dependabot_minor_twice,
           dependabot_major_tag, dependabot_major_tag_of_the_next, comment_of_a_known_commit,
           dependabot_major_that_nobody_knows, dependabot_major_in_all_workflows, dependabot_major_in_the_catalogue,
           dependabot_two_majors_at_once, dependabot_major_then_patch, dependabot_prerelease, exact_ref_and_patch,
           exact_ref_and_major, action_that_no_source_names, major_that_no_source_names, grouped_minors, grouped_majors,
           renovate_writes_tag, renovate_one_workflow_of_two, renovate_major_in_one_workflow_of_two,
           digest_of_a_known_version, version_that_the_catalogue_knows_otherwise, older_than_the_lock,
           major_without_an_input]
assert len(REPLAYS) >= 20
support.run_cases(REPLAYS)
