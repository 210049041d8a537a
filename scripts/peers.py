#!/usr/bin/env python3
"""Times Lectern beside canvasapi, pydiscourse and a bare client, against the same two servers with 40 ms on each request.

    scripts/peers.sh [canvas|discourse ...]      both where none is named

The load generators are those of ../shared/peers; where they are not there, this says so. `scripts/peers.sh` builds the programs and
gets the Python packages."""
import asyncio, json, os, re, runpy, statistics, subprocess, sys, tempfile, time, urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT.parent / "shared" / "peers" / "pull_bench.py"
BIN = Path(os.environ["LECTERN_BIN"])
REPS = int(os.environ.get("LECTERN_REPS", "5"))


class Servers:
    def __enter__(self):
        self.process = subprocess.Popen([BIN / "serve", "40"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.about = json.loads(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def control(self, what):
        return json.load(urllib.request.urlopen(f"{self.about['control']}/{what}"))


def peers(servers, site, only):
    """Runs the shared load generators against one of our servers; their keys go along, their counters are ours."""
    import aiohttp
    about = servers.about[site]
    key = {"Authorization": f"Bearer {about['token']}"} if site == "canvas" else {"Api-Key": about["key"], "Api-Username": about["user"]}
    opened, session = urllib.request.urlopen, aiohttp.ClientSession

    def urlopen(url, *args, **kwargs):
        if isinstance(url, str) and "/__" in url:
            answer = json.dumps(servers.control("reset" if url.endswith("reset") else site)).encode()
            import io
            return io.BytesIO(answer)
        return opened(url, *args, **kwargs)

    urllib.request.urlopen = urlopen
    aiohttp.ClientSession = lambda *args, **kwargs: session(*args, headers=key, **kwargs)
    if site == "canvas":
        import canvasapi
        made = canvasapi.Canvas.__init__
        canvasapi.Canvas.__init__ = lambda self, base, _: made(self, base, about["token"])
    else:
        import pydiscourse
        made = pydiscourse.DiscourseClient.__init__
        pydiscourse.DiscourseClient.__init__ = lambda self, base, **_: made(self, base, api_username=about["user"], api_key=about["key"])
    arguments = sys.argv
    try:
        sys.argv = [str(PEERS), "--base", about["url"], "--only", only, "--reps", "3"]
        return runpy.run_path(str(PEERS), run_name="peers")["RES"]
    finally:
        sys.argv, urllib.request.urlopen, aiohttp.ClientSession = arguments, opened, session


class Workspace:
    """A workspace of our own, driven as a script drives it: a process per command."""

    def __init__(self, servers, site):
        self.folder = tempfile.TemporaryDirectory()
        about = servers.about[site]
        self.ctl("init")
        if site == "canvas":
            account = self.ctl("account", "add", "canvas", "--url", about["url"], "--token-env", "PEERS_KEY", key=about["token"])
            self.ctl("space", "keep", account["id"], str(about["course"]), key=about["token"])
        else:
            account = self.ctl("account", "add", "discourse", "--url", about["url"], "--api-key-env", "PEERS_KEY", "--username", about["user"], key=about["key"])
            for space in self.ctl("space", "available", account["id"], key=about["key"]):
                self.ctl("space", "keep", account["id"], str(space["remote"]), key=about["key"])
        self.key, self.servers, self.site = about.get("token") or about["key"], servers, site

    def ctl(self, *words, key=None):
        environment = {**os.environ, "PEERS_KEY": key or getattr(self, "key", "")}
        done = subprocess.run([BIN / "lecternctl", "--workspace", self.folder.name, "--json", *words], env=environment, capture_output=True, text=True)
        if done.returncode not in (0, 3):
            sys.exit(f"lecternctl {' '.join(words)}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    def sync(self):
        """Seconds of the whole process, and what the server counted."""
        self.servers.control("reset")
        began = time.perf_counter()
        report = self.ctl("sync")
        return time.perf_counter() - began, self.servers.control(self.site), report

    def edit(self, count):
        rows = [row for tree in self.ctl("tree") for row in tree["rows"] if row.get("kind") == "page" and row.get("entity")]
        for row in rows[:count]:
            body = subprocess.run([BIN / "lecternctl", "--workspace", self.folder.name, "show", row["entity"], "--body"], capture_output=True, text=True).stdout
            self.count = getattr(self, "count", 0) + 1
            file = Path(self.folder.name) / "edit.html"
            file.write_text(body + f"<p>An edit, the {self.count}.</p>")
            self.ctl("edit", row["entity"], "--body-file", str(file))


def told(name, runs):
    seconds = sorted(run[0] for run in runs)
    counted = runs[-1][1]
    print(f"{name:62} reqs={counted['requests']:5d} writes={counted['writes']:3d} wall min/med/max={seconds[0]:.2f}/{statistics.median(seconds):.2f}/{seconds[-1]:.2f}s load={os.getloadavg()[0]:.2f}", flush=True)
    return statistics.median(seconds)


def push_floor(servers):
    """The check (11 lists), 10 reads and 10 writes, four in flight, by a bare client."""
    import aiohttp
    about = servers.about["canvas"]
    api = f"{about['url']}/api/v1/courses/{about['course']}"
    head = {"Authorization": f"Bearer {about['token']}"}

    async def run():
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=4), headers=head) as session:
            async def read(path):
                async with session.get(api + path) as answer:
                    return json.loads(await answer.read())

            async def write(page):
                async with session.put(f"{api}/pages/{page['url']}", json={"wiki_page": {"body": page["body"] + "<p>More.</p>"}}) as answer:
                    await answer.read()

            lists = ["", *[f"/pages?per_page=100&page={n}" for n in range(1, 6)], *[f"/assignments?per_page=100&page={n}" for n in (1, 2)],
                     "/discussion_topics?per_page=100", "/modules?per_page=100&include[]=items", "/files?per_page=100"]
            found = await asyncio.gather(*map(read, lists))
            pages = await asyncio.gather(*[read(f"/pages/{page['url']}") for page in found[1][:10]])
            await asyncio.gather(*map(write, pages))

    servers.control("reset")
    began = time.perf_counter()
    asyncio.run(run())
    return time.perf_counter() - began, servers.control("canvas"), None


def median(results, name):
    runs = next(runs for key, runs in results.items() if key.startswith(name))
    return statistics.median(runs)


def canvas(servers):
    results = peers(servers, "canvas", "canvasapi,floor")
    first, again = [], []
    for _ in range(REPS):
        workspace = Workspace(servers, "canvas")
        first.append(workspace.sync())
        workspace.sync()
        again.append(workspace.sync())
    push, floor = [], []
    for _ in range(REPS):
        workspace.edit(10)
        push.append(workspace.sync())
        floor.append(push_floor(servers))
        workspace.sync()
    pulled, quiet = told("Lectern: first pull, stored and indexed", first), told("Lectern: nothing changed", again)
    pushed, least = told("Lectern: ten edited pages, guarded and read back", push), told("floor: check, ten reads, ten writes, four in flight", floor)
    natural, best = median(results, "canvasapi natural: get_pages"), median(results, "canvasapi best")
    bare, bare_quiet = median(results, "floor aiohttp conc=4"), median(results, "floor no-change check conc=4")
    print(f"\nfirst pull: {natural / pulled:.1f}x faster than canvasapi natural (bar 25), {best / pulled:.2f}x than its best (bar 2.5), {pulled / bare:.2f}x the floor (bar 5)")
    print(f"nothing changed: {quiet / bare_quiet:.2f}x the floor (bar 2); ten edits: {pushed / least:.2f}x the floor (bar 2)")


def discourse(servers):
    results = peers(servers, "discourse", "discourse,dfloor")
    first = []
    for _ in range(REPS):
        workspace = Workspace(servers, "discourse")
        first.append(workspace.sync())
    pulled = told("Lectern: first pull of the forum, stored and indexed", first)
    bare = median(results, "floor aiohttp discourse conc=4")
    print(f"\nfirst pull: {pulled / bare:.2f}x the floor (bar 1.3), {median(results, 'pydiscourse topic') / pulled:.1f}x faster than pydiscourse with include_raw")


def main():
    if not PEERS.exists():
        sys.exit(print(f"skipped: {PEERS} is not there"))
    for site in sys.argv[1:] or ["canvas", "discourse"]:
        with Servers() as servers:
            {"canvas": canvas, "discourse": discourse}[site](servers)


main()
