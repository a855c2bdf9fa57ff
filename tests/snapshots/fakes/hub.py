"""The part of the Hub's HTTP API that a push uses, in memory: repositories of datasets with branches, tags and commits,
uploads of large files, trees with the hashes that Git and LFS give. Whatever it does not know is an error."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote, urlsplit

LARGE = 2000  # bytes; as tables are large for the real one


@dataclass
class Repository:
    private: bool
    branches: dict[str, str] = field(default_factory=dict)
    commits: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)  # path: (hash, size)
    tags: dict[str, str] = field(default_factory=dict)
    summaries: list[str] = field(default_factory=list)

    def commit(self, branch: str, tree: dict[str, tuple[str, int]], summary: str) -> str:
        self.summaries.append(summary)
        told = json.dumps([len(self.summaries), branch, tree, summary])
        oid = hashlib.sha1(told.encode()).hexdigest()
        self.commits[oid], self.branches[branch] = tree, oid
        return oid

    def tree(self, name: str) -> dict[str, tuple[str, int]]:
        return self.commits[self.branches.get(name) or self.tags.get(name) or name]


class Hub:
    """What the server has, and what it was sent."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.repositories: dict[str, Repository] = {}
        self.large: dict[str, bytes] = {}  # by SHA-256
        self.small: dict[str, bytes] = {}  # by Git's hash
        self.uploads: list[str] = []
        self.refuse_after: int | None = None  # uploads
        self.unavailable = 0  # so many uploads are answered 503
        self.unknown: list[str] = []

    def content(self, repository: str, path: str, revision: str = "main") -> bytes:
        sha, _ = self.repositories[repository].tree(revision)[path]
        return self.large[sha] if sha in self.large else self.small[sha]

    def make(self, name: str, private: bool) -> Repository:
        made = self.repositories[name] = Repository(private)
        blob = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"
        sha = git_hash(blob)
        self.small[sha] = blob
        made.commit("main", {".gitattributes": (sha, len(blob))}, "initial commit")
        return made

    def handler(self) -> type[BaseHTTPRequestHandler]:
        hub = self

        class Handler(_Handler):
            server_hub = hub

        return Handler


class Wrong(Exception):
    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class _Handler(BaseHTTPRequestHandler):
    server_hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def reply(self, status: int, body: Any = None, raw: bytes = b"") -> None:
        data = raw if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer(self, method: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body, path = self.rfile.read(length), urlsplit(self.path).path
        for route, pattern, action in ROUTES:
            if route == method and (found := re.fullmatch(pattern, path)):
                try:
                    if action != "upload" and self.headers.get("Authorization") != f"Bearer {self.server_hub.token}":
                        raise Wrong(401, "Invalid credentials")
                    status, reply = getattr(self, action)(body, *map(unquote, found.groups()))
                except Wrong as error:
                    status, reply = error.status, {"error": str(error)}
                return self.reply(status, reply)
        self.server_hub.unknown.append(f"{method} {path}")
        self.reply(500, {"error": f"not known here: {method} {path}"})
        return None

    def do_GET(self) -> None:
        self.answer("GET")

    def do_POST(self) -> None:
        self.answer("POST")

    def do_PUT(self) -> None:
        self.answer("PUT")

    def repository(self, name: str) -> Repository:
        if name not in self.server_hub.repositories:
            raise Wrong(404, "Repository not found")
        return self.server_hub.repositories[name]

    def create(self, body: bytes) -> tuple[int, Any]:
        asked = json.loads(body)
        name = f"{asked['organization']}/{asked['name']}"
        if asked["type"] != "dataset" or asked.get("visibility") not in ("private", "public"):
            raise Wrong(400, "expected a dataset that is private or public")
        url = f"http://{self.headers['Host']}/datasets/{name}"
        if name in self.server_hub.repositories:
            return 409, {"error": "You already created this dataset repo", "url": url}
        self.server_hub.make(name, asked["visibility"] == "private")
        return 200, {"url": url}

    def info(self, body: bytes, name: str, revision: str = "main") -> tuple[int, Any]:
        found = self.repository(name)
        if revision not in found.branches:
            raise Wrong(404, "Invalid rev id")
        return 200, {"id": name, "private": found.private, "sha": found.branches[revision], "siblings": []}

    def branch(self, body: bytes, name: str, branch: str) -> tuple[int, Any]:
        found = self.repository(name)
        if branch in found.branches:
            raise Wrong(409, "Reference already exists")
        found.branches[branch] = found.branches["main"]
        return 201, {}

    def tree(self, body: bytes, name: str, revision: str) -> tuple[int, Any]:
        rows: list[dict[str, Any]] = []
        for path, (sha, size) in sorted(self.repository(name).tree(revision).items()):
            row: dict[str, Any] = {"type": "file", "path": path, "size": size, "oid": sha}
            if len(sha) == 64:
                row |= {"oid": git_hash(sha.encode()), "lfs": {"oid": sha, "size": size, "pointerSize": 134}}
            rows.append(row)
        rows += [{"type": "directory", "path": each, "oid": "0" * 40} for each in sorted({"data"})]
        return 200, rows

    def preupload(self, body: bytes, name: str, revision: str) -> tuple[int, Any]:
        self.repository(name).tree(revision)
        files = []
        for each in json.loads(body)["files"]:
            base64.b64decode(each["sample"], validate=True)
            large = each["path"].endswith(".parquet") or each["size"] > LARGE * 100
            mode = "lfs" if large else "regular"
            files.append({"path": each["path"], "uploadMode": mode, "shouldIgnore": False})
        return 200, {"files": files}

    def batch(self, body: bytes, name: str) -> tuple[int, Any]:
        self.repository(name)
        asked = json.loads(body)
        if (asked["operation"], asked["hash_algo"]) != ("upload", "sha256") or "basic" not in asked["transfers"]:
            raise Wrong(400, "expected an upload by SHA-256")
        objects = []
        for each in asked["objects"]:
            row = {"oid": each["oid"], "size": each["size"]}
            if each["oid"] not in self.server_hub.large:
                href = f"http://{self.headers['Host']}/lfs/{each['oid']}/{each['size']}"
                row["actions"] = {"upload": {"href": href}}
            objects.append(row)
        return 200, {"transfer": "basic", "objects": objects}

    def upload(self, body: bytes, oid: str, size: str) -> tuple[int, Any]:
        hub = self.server_hub
        if hub.unavailable:
            hub.unavailable -= 1
            raise Wrong(503, "Come back")
        if hub.refuse_after is not None and len(hub.uploads) >= hub.refuse_after:
            raise Wrong(403, "No more room")
        if len(body) != int(size) or hashlib.sha256(body).hexdigest() != oid:
            raise Wrong(400, "other bytes than announced")
        hub.large[oid] = body
        hub.uploads.append(oid)
        return 200, {}

    def yaml(self, body: bytes) -> tuple[int, Any]:
        asked = json.loads(body)
        if asked["repoType"] != "dataset" or not asked["content"].startswith("---\n"):
            raise Wrong(400, "no card of a dataset")
        return 200, {"warnings": [], "errors": []}

    def commit(self, body: bytes, name: str, branch: str) -> tuple[int, Any]:
        found, hub = self.repository(name), self.server_hub
        lines = [json.loads(line) for line in body.splitlines()]
        if lines[0]["key"] != "header" or not lines[0]["value"]["summary"]:
            raise Wrong(400, "the first line has to be the header")
        if lines[0]["value"].get("parentCommit") not in (None, found.branches[branch]):
            raise Wrong(412, "A commit has happened since")
        tree = dict(found.tree(branch))
        for line in lines[1:]:
            value = line["value"]
            if line["key"] == "file":
                data = base64.b64decode(value["content"], validate=True)
                hub.small[git_hash(data)] = data
                tree[value["path"]] = (git_hash(data), len(data))
            elif line["key"] == "lfsFile":
                if len(hub.large.get(value["oid"], b"")) != value["size"]:
                    raise Wrong(400, f"{value['path']} was not uploaded")
                tree[value["path"]] = (value["oid"], value["size"])
            elif line["key"] == "deletedFile":
                if value["path"] not in tree:
                    raise Wrong(404, "A file with this name doesn't exist")
                del tree[value["path"]]
            else:
                raise Wrong(400, f"not known here: {line['key']}")
        oid = found.commit(branch, tree, lines[0]["value"]["summary"])
        url = f"http://{self.headers['Host']}/datasets/{name}/commit/{oid}"
        return 200, {"commitUrl": url, "commitOid": oid, "success": True}

    def tag(self, body: bytes, name: str, revision: str) -> tuple[int, Any]:
        found, tag = self.repository(name), json.loads(body)["tag"]
        if tag in found.tags:
            raise Wrong(409, "Tag exists")
        found.tree(revision)
        found.tags[tag] = found.branches.get(revision, revision)
        return 200, {}


_NAME = r"/api/datasets/([^/]+/[^/]+)"
ROUTES = (
    ("POST", r"/api/repos/create", "create"),
    ("GET", _NAME, "info"),
    ("GET", rf"{_NAME}/revision/([^/]+)", "info"),
    ("POST", rf"{_NAME}/branch/([^/]+)", "branch"),
    ("GET", rf"{_NAME}/tree/([^/]+)", "tree"),
    ("POST", rf"{_NAME}/preupload/([^/]+)", "preupload"),
    ("POST", r"/datasets/([^/]+/[^/]+)\.git/info/lfs/objects/batch", "batch"),
    ("PUT", r"/lfs/([0-9a-f]{64})/(\d+)", "upload"),
    ("POST", r"/api/validate-yaml", "yaml"),
    ("POST", rf"{_NAME}/commit/([^/]+)", "commit"),
    ("POST", rf"{_NAME}/tag/([^/]+)", "tag"),
)


def git_hash(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
