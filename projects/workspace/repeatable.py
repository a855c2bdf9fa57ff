"""Writes that may be sent twice: a request that carries an Idempotency-Key is done once.

The key belongs to the person. The same key with the same request is answered as the first time, with another request
it is refused. The claim is a row of its own, taken before the work: of two requests at once one does it, and the
other is told to wait and ask again.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from projects.workspace.http import Conflict
from projects.workspace.models import IdempotentReply, User

HEADER = "Idempotency-Key"
LONGEST = 200  # characters
KEPT = timedelta(days=1)
# A request that was cut off leaves its claim without a reply; after so long it may be tried again.
CLAIMED = timedelta(minutes=1)
UNANSWERED = 0

View = Callable[..., Response]


class KeyReused(exceptions.APIException):
    status_code = 422
    default_detail = "This Idempotency-Key was sent with another request before."
    default_code = "key_reused"


def repeatable(view: View) -> View:
    """Lets a writing view be called again with the same Idempotency-Key; requests without one pass as they are.

    Only what succeeded is remembered: a request that was refused may be mended and sent again under its key.
    """

    @wraps(view)
    def once(request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not key or request.method != "POST" or not isinstance(request.user, User):
            return view(request, *args, **kwargs)
        if len(key) > LONGEST:
            raise exceptions.ValidationError({HEADER: [f"longer than {LONGEST} characters"]})
        claim, stored = _claim(request.user, key, _fingerprint(request))
        if stored:
            return Response(orjson.loads(claim.body), status=claim.status)
        try:
            response = view(request, *args, **kwargs)
        except BaseException:
            claim.delete()
            raise
        if response.status_code < 300:
            body = orjson.dumps(response.data, option=orjson.OPT_NON_STR_KEYS, default=str).decode()
            IdempotentReply.objects.filter(pk=claim.pk).update(status=response.status_code, body=body)
        else:
            claim.delete()
        return response

    return once


def _claim(user: User, key: str, fingerprint: str) -> tuple[IdempotentReply, bool]:
    """This request's row, and whether it holds the reply of an earlier one. Raises KeyReused, Conflict."""
    mine = IdempotentReply.objects.filter(user=user)
    now = timezone.now()
    mine.filter(created_at__lt=now - KEPT).delete()
    mine.filter(key=key, status=UNANSWERED, created_at__lt=now - CLAIMED).delete()
    try:
        with transaction.atomic():
            return mine.create(user=user, key=key, request_sha256=fingerprint, status=UNANSWERED, body=""), False
    except IntegrityError:
        known = mine.filter(key=key).first()
    if known is None:
        raise Conflict("A request with this Idempotency-Key has just failed; send it again.")
    if known.request_sha256 != fingerprint:
        raise KeyReused
    if known.status == UNANSWERED:
        raise Conflict("A request with this Idempotency-Key is being worked on; ask again in a moment.")
    return known, True


def _fingerprint(request: Request) -> str:
    """What was asked for; of files, what they hold."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if (request.content_type or "").startswith("application/json"):
        digest.update(orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS, default=str))
        return digest.hexdigest()
    data: Any = request.data
    for name, value in sorted(data.items()):
        digest.update(f"\n{name}\n".encode())
        if isinstance(value, UploadedFile):
            for chunk in value.chunks():
                digest.update(chunk)
            value.seek(0)
        else:
            digest.update(str(value).encode())
    return digest.hexdigest()
