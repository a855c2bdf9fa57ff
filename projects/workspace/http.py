"""What every endpoint of the API shares: fast JSON, problem details (RFC 9457), cursors, repeatable writes."""

from functools import lru_cache
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import authentication, exceptions, pagination, parsers, renderers
from rest_framework.response import Response

from projects.workspace.prepared import Param, Select


class JSONRenderer(renderers.JSONRenderer):
    """orjson: statistics unrounded, UTF-8 as it is."""

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS, default=str)


class JSONParser(parsers.JSONParser):
    """orjson: strict JSON, no NaN."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise exceptions.ParseError(f"The body is not JSON: {error}") from error


class TokenAuthentication(authentication.TokenAuthentication):
    """DRF's, with the statement prepared: it runs before every request of a program."""

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        token = None if "\x00" in key else token_statement().first(key=key)
        if token is None:
            raise exceptions.AuthenticationFailed("Invalid token.")
        if not token.user.is_active:
            raise exceptions.AuthenticationFailed("This account is not active.")
        return token.user, token


@lru_cache(maxsize=1)
def token_statement() -> Any:
    """Made when it is needed: the token's model can't be imported while settings name this module."""
    from rest_framework.authtoken.models import Token

    return Select(lambda: Token.objects.select_related("user").filter(key=Param("key"))[:1])


class CursorPagination(pagination.CursorPagination):
    ordering = "pk"
    page_size_query_param = "page_size"
    max_page_size = 500


class NewestFirst(CursorPagination):
    ordering = "-pk"


class Conflict(exceptions.APIException):
    status_code = 409
    default_detail = "The state has changed in the meantime."
    default_code = "conflict"
    # Further members of the problem document.
    extra: dict[str, Any] = {}


class Gone(exceptions.APIException):
    status_code = 410
    default_detail = "It was removed."
    default_code = "gone"


TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    410: "Gone",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not acceptable content",
    429: "Too many requests",
}


def problem_details(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every error as application/problem+json with title, status, detail and errors."""
    from rest_framework.views import exception_handler  # its module needs this one's classes while it is imported

    if isinstance(exc, Http404):
        exc = exceptions.NotFound(str(exc) or None)
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied(str(exc) or None)
    response = exception_handler(exc, context)
    if response is None:
        return None
    data = response.data
    body: dict[str, Any] = {"title": TITLES.get(response.status_code, "Error"), "status": response.status_code}
    if isinstance(exc, exceptions.ValidationError):
        body["detail"] = "The request does not fit."
        body["errors"] = data if isinstance(data, dict) else {"body": data}
    else:
        body["detail"] = str(data.get("detail", data)) if isinstance(data, dict) else str(data)
        extra = getattr(exc, "extra", None)
        if isinstance(extra, dict):
            body.update(extra)
    response.data = body
    response.content_type = "application/problem+json"
    return response
