"""The part of S3 that a push uses, in memory: PUT, HEAD, GET and DELETE of objects, and their list."""

import base64
import hashlib
import re
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


class Bucket:
    """What the server has, and what it was asked."""

    def __init__(self, name: str, key: str) -> None:
        self.name, self.key = name, key
        self.objects: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.put: list[str] = []
        self.refuse: set[str] = set()  # ends of keys that can't be written

    def handler(self) -> type[BaseHTTPRequestHandler]:
        bucket = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                if "Content_Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def wrong(self, status: int, code: str) -> None:
                self.reply(status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())

            def where(self) -> tuple[str, dict[str, list[str]]] | None:
                """The key and the query; None where the request was answered already."""
                parts = urlsplit(self.path)
                if f"Credential={bucket.key}/" not in self.headers.get("Authorization", ""):
                    self.wrong(403, "AccessDenied")
                    return None
                name, _, key = unquote(parts.path).lstrip("/").partition("/")
                if name != bucket.name:
                    self.wrong(404, "NoSuchBucket")
                    return None
                return key, parse_qs(parts.query)

            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if (found := self.where()) is None:
                    return None
                if "aws-chunked" in self.headers.get("Content-Encoding", ""):
                    body = _dechunked(body)
                if (said := self.headers.get("Content-MD5")) and base64.b64decode(said) != hashlib.md5(body).digest():
                    return self.wrong(400, "BadDigest")
                key = found[0]
                if any(key.endswith(each) for each in bucket.refuse):
                    return self.wrong(403, "AccessDenied")
                prefix = "x-amz-meta-"
                told = {k.lower()[len(prefix) :]: v for k, v in self.headers.items() if k.lower().startswith(prefix)}
                bucket.objects[key] = (body, told)
                bucket.put.append(key)
                self.reply(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')
                return None

            def do_HEAD(self) -> None:
                if (found := self.where()) is None:
                    return None
                if found[0] not in bucket.objects:
                    return self.reply(404)
                body, told = bucket.objects[found[0]]
                meta = {f"x-amz-meta-{name}": value for name, value in told.items()}
                self.reply(200, b"", Content_Length=str(len(body)), **meta)
                return None

            def do_GET(self) -> None:
                if (found := self.where()) is None:
                    return None
                key, query = found
                if not key and query.get("list-type") == ["2"]:
                    start = query.get("prefix", [""])[0]
                    keys = sorted(each for each in bucket.objects if each.startswith(start))
                    rows = "".join(f"<Contents><Key>{escape(each)}</Key></Contents>" for each in keys)
                    text = f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
                    return self.reply(200, text.encode(), Content_Type="application/xml")
                if key not in bucket.objects:
                    return self.wrong(404, "NoSuchKey")
                self.reply(200, bucket.objects[key][0])
                return None

            def do_DELETE(self) -> None:
                if (found := self.where()) is None:
                    return
                bucket.objects.pop(found[0], None)
                self.reply(204)

        return Handler


def _dechunked(body: bytes) -> bytes:
    """What is inside the chunks that the client wraps a stream in."""
    found, at = b"", 0
    while match := re.compile(rb"([0-9a-fA-F]+)[^\r]*\r\n").match(body, at):
        size = int(match[1], 16)
        if not size:
            break
        found += body[match.end() : match.end() + size]
        at = match.end() + size + 2
    return found
