"""A project in a scratch folder, repositories of actions, and servers on the loopback interface."""
import contextlib
import http.server
import os
import pathlib
import socket
import subprocess
import tempfile
import threading
import time

ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
ENVIRONMENT.update(LC_ALL="C.UTF-8", GIT_CONFIG_GLOBAL="/dev/null", GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@b.c",
                   GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a@b.c", NO_COLOR="1")
for proxy in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
    ENVIRONMENT.pop(proxy, None)


def git(folder, *arguments):
    done = subprocess.run(["git", "-C", str(folder), *arguments], env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, f"git {arguments}: {done.stderr}"
    return done.stdout.strip()


class Project:
    """A folder with .pipe files and the `sluice` that is tested."""

    def __init__(self, sluice, folder):
        self.sluice, self.folder = sluice, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / ".git").mkdir(exist_ok=True)

    def write(self, path, text):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def read(self, path):
        return (self.folder / path).read_text()

    def run(self, *arguments, status=0):
        """Runs sluice; gives what it printed, standard error behind standard output."""
        done = subprocess.run([self.sluice, "-C", str(self.folder), *arguments], env=ENVIRONMENT, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
        text = done.stdout + done.stderr
        if status is not None:
            assert done.returncode == status, f"sluice {arguments}: {done.returncode} instead of {status}\n{text}"
        return text


class Action:
    """A repository with an action in it."""

    def __init__(self, root, name, metadata="runs: {using: node24}\n"):
        self.folder = pathlib.Path(root) / name
        self.folder.mkdir(parents=True)
        git(self.folder, "init", "-q", "-b", "main")
        self.commit(metadata)

    def commit(self, metadata, path="action.yml"):
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(metadata)
        git(self.folder, "add", "-A")
        git(self.folder, "commit", "-qm", "change", "--allow-empty")
        return self.head()

    def head(self):
        return git(self.folder, "rev-parse", "HEAD")

    def tag(self, name, annotated=False):
        git(self.folder, "tag", "-f", *(["-a", "-m", name] if annotated else []), name)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def git_daemon(root):
    """Serves the repositories below `root`; gives the URL."""
    port = free_port()
    daemon = subprocess.Popen(["git", "daemon", "--reuseaddr", "--export-all", "--listen=127.0.0.1", f"--port={port}",
                               f"--base-path={root}", str(root)], env=ENVIRONMENT, stderr=subprocess.DEVNULL,
                              start_new_session=True)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"git://127.0.0.1:{port}"
    finally:
        os.killpg(daemon.pid, 15)
        daemon.wait()


@contextlib.contextmanager
def silence():
    """A server that takes connections and never answers; gives its port."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        yield server.getsockname()[1]


@contextlib.contextmanager
def registry(images, token="t0ken"):
    """A registry that wants a token; gives HOST:PORT and the list of requests. `images`: path of a manifest -> digest."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def answer(self, status, headers, body=b""):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            seen.append(self.path)
            self.answer(200, {"Content-Type": "application/json"}, b'{"expires_in": 60, "token": "%s"}' % token.encode())

        def do_HEAD(self):
            seen.append(self.path)
            here = self.headers["Host"]
            if token and self.headers["Authorization"] != f"Bearer {token}":
                self.answer(401, {"WWW-Authenticate": f'Bearer realm="http://{here}/token",service="test"'})
            elif self.path in images and "vnd.oci.image.index" in self.headers["Accept"]:
                self.answer(200, {"Docker-Content-Digest": images[self.path]})
            else:
                self.answer(404, {})

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


def scratch():
    return tempfile.TemporaryDirectory(prefix="sluice-lock-test-")


def run_cases(cases):
    """Runs functions; prints each name, and the reason of those that fail. Exits with 1 if one did."""
    failed = 0
    for case in cases:
        try:
            case()
            print(f"ok      {case.__name__}")
        except AssertionError as error:
            failed += 1
            print(f"FAILED  {case.__name__}: {error}")
    print(f"{len(cases) - failed} of {len(cases)}")
    raise SystemExit(1 if failed else 0)
