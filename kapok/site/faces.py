"""Faces: which trees of addresses a process serves (互联网区 citizen, 政务外网 clerk and ops).

The tree is told from the first part of the path, so that one rule holds for every app, present or future.
"""

from collections.abc import Callable, Iterable

from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

FACES = ("citizen", "clerk", "ops", "api", "verify")
INNER = {"clerk", "ops"}

_TREES = {"work": "clerk", "cms": "clerk", "ops": "ops", "api": "api", "spec": "api", "verify": "verify"}
_EVERYWHERE = {"health", "metrics", "static", "account", "i18n", "favicon.ico", "robots.txt"}


def face_of(path: str) -> str | None:
    """The face a path belongs to; None for what every process serves."""
    first = path.lstrip("/").split("/", 1)[0]
    if first in _EVERYWHERE:
        return None
    return _TREES.get(first, "citizen")


def check_faces(faces: Iterable[str], mode: str) -> tuple[str, ...]:
    """The faces in order, or a refusal to start: unknown names, and inner with outer in production."""
    chosen = set(faces)
    unknown = chosen - set(FACES)
    if unknown or not chosen:
        raise ImproperlyConfigured(f"KAPOK_FACES: unknown {', '.join(sorted(unknown)) or 'empty list'}; known are {', '.join(FACES)}")
    if mode == "production" and "citizen" in chosen and chosen & INNER:
        raise ImproperlyConfigured("KAPOK_FACES: production never serves citizen with clerk or ops in one process; start one for each zone")
    return tuple(face for face in FACES if face in chosen)


class FacesMiddleware:
    """Answers 404 for a tree this process does not serve; at the root it leads staff to their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        from django.conf import settings

        self.get_response = get_response
        self.faces = frozenset(settings.KAPOK_FACES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        face = face_of(request.path)
        if face is None or face in self.faces:
            return None
        if request.path == "/" and self.faces & INNER:
            return HttpResponseRedirect("/work/" if "clerk" in self.faces else "/ops/annex/")
        raise Http404("this process does not serve that tree")
