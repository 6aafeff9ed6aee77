#!/usr/bin/env python3
"""standard.py SLUICE: the scripts of the standard library do what they say, run on engine host.

Messages go to a server of this test, C++ is really built, a port really opens, files really change. Actions of others
(setup-…, CodeQL) end as `not run` in local runs; their calls are checked by the examples of the documentation.
"""
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

SLUICE = os.path.abspath(sys.argv[1])
failures = []


def check(what, holds, detail=""):
    print(f"{'ok' if holds else 'FAILED'}: {what} {'' if holds else detail}", flush=True)
    if not holds:
        failures.append(what)


class Project:
    """A git repository of one commit with one pipeline, whose job `test` has those steps."""

    def __init__(self, imports, steps, files=None):
        self.folder = tempfile.mkdtemp(prefix="sluice-standard-")
        program = f"import std.{imports}\n\nsecret HOOK\n\npipeline ci {{\n  on push\n  job test {{\n{steps}\n  }}\n}}\n"
        for name, text in {"ci.pipe": program, **(files or {})}.items():
            self.write(name, text)
        self.git("init", "-q", "-b", "main")
        self.commit()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def git(self, *arguments):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *identity, *arguments], cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def run(self, *flags):
        subprocess.run([SLUICE, "lock", "--offline"], cwd=self.folder, capture_output=True, check=False)
        done = subprocess.run([SLUICE, "run", "ci", "--engine", "host", "--color", "never", *flags], cwd=self.folder,
                              capture_output=True, text=True, timeout=100)
        return done.returncode, done.stdout + done.stderr


class Server(http.server.BaseHTTPRequestHandler):
    taken = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.taken.append((self.path, self.headers["content-type"], json.loads(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def messages_arrive():
    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook = f"http://127.0.0.1:{server.server_port}/hook?a=1&b=$(touch%20x)"
    hostile = "it's \\\"$(touch x)\\\" ${{ github.sha }} {{}}"
    steps = f"""    uses notify.slack(secrets.HOOK, text: "{hostile}")
    uses notify.webhook(secrets.HOOK, text: "second")"""
    with Project("notify", steps) as project:
        sha = project.git("rev-parse", "HEAD")
        code, said = project.run("--secret", f"HOOK={hook}")
        check("messages are sent", code == 0 and len(Server.taken) == 2, (code, said, Server.taken))
        want = ("/hook?a=1&b=$(touch%20x)", "application/json", {"text": f"it's \"$(touch x)\" {sha} {{{{}}}}"})
        check("as they were written", Server.taken[:1] == [want], Server.taken)
        check("the address is masked", hook not in said, said)
    server.shutdown()
    server.server_close()
    with Project("notify", steps) as project:
        code, said = project.run("--secret", f"HOOK={hook.split('?')[0]}")
        check("who does not answer fails `webhook` and not `slack`", code == 1 and said.count("Failed to connect") >= 1
              and "Notify: Process completed" in said, (code, said))


def cpp_is_built():
    files = {
        "CMakeLists.txt": "cmake_minimum_required(VERSION 3.20)\nproject(t CXX)\nenable_testing()\nadd_executable(t t.cpp)\n"
                          "target_compile_definitions(t PRIVATE ${EXTRA})\nadd_test(NAME t COMMAND t)\nadd_test(NAME slow COMMAND sleep 60)\n",
        "t.cpp": "#ifndef WANTED\n#error\n#endif\n#ifndef NDEBUG\n#error\n#endif\nint main() { return 0; }\n"}
    steps = """    uses actions/checkout@v7
    uses cpp.build(definitions: ["EXTRA=WANTED;SECOND=a b"])
    uses cpp.test(arguments: ["--exclude-regex", "slow"])"""
    with Project("cpp", steps, files) as project:
        code, said = project.run()
        check("a CMake project is built and tested", code == 0 and "100% tests passed" in said, (code, said))


def ports_are_waited_for():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        with Project("db", f'    uses db.wait("127.0.0.1", {port}, seconds: 20)') as project:
            threading.Thread(target=lambda: (time.sleep(1.2), listener.listen()), daemon=True).start()
            begun = time.monotonic()
            code, said = project.run()
            check("a port that opens late", code == 0 and time.monotonic() - begun > 0.9, (code, said))
    with Project("db", f'    uses db.wait("127.0.0.1", {port}, seconds: 1)') as project:
        code, said = project.run()
        check("a port that never opens", code == 1 and f"nothing answers on 127.0.0.1:{port}" in said, (code, said))


def changes_are_found():
    steps = """    uses actions/checkout@v7
    uses quality.unchanged(["sh", "generate.sh"])"""
    with Project("quality", steps, {"generate.sh": "echo new > made.txt\n", "made.txt": "new\n"}) as project:
        code, said = project.run()
        check("generated files that are committed", code == 0, (code, said))
        project.write("made.txt", "old\n")
        project.commit()
        code, said = project.run()
        check("generated files that are not", code == 1 and "run this and commit what it changes: sh generate.sh" in said,
              (code, said))
    steps = """    uses actions/checkout@v7(fetch-depth: 0)
    let back = uses git.changed(["backend/**"])
    step "Answer": run `echo changed=${{ back.any }}`"""
    with Project("git", steps, {"backend/a": "1\n", "web/a": "1\n"}) as project:
        event = os.path.join(project.folder, ".git", "event.json")
        before = project.git("rev-parse", "HEAD")
        for path, answer in (("web/a", "false"), ("backend/deep/b", "true")):
            project.write(path, "2\n")
            after = project.commit()
            with open(event, "w", encoding="utf-8") as file:
                json.dump({"before": before, "after": after, "ref": "refs/heads/main"}, file)
            code, said = project.run("--event-file", event)
            check(f"{path} changed", code == 0 and f"changed={answer}" in said, (code, said))
            before = after


def main():
    for tool in ("jq", "curl", "cmake", "ninja"):
        if shutil.which(tool) is None:
            print(f"skipped: {tool} is not installed")
            return 1 if os.environ.get("CI") else 77
    messages_arrive()
    cpp_is_built()
    ports_are_waited_for()
    changes_are_found()
    return 1 if failures else 0


sys.exit(main())
