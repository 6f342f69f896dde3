"""Remembering one small answer of the database for as long as a request lasts; outside a request it is asked every time."""

from collections.abc import Callable
from threading import local
from typing import Generic, TypeVar

from django.core.signals import request_finished, request_started

T = TypeVar("T")

_request = local()


def begin_request(**_signal: object) -> None:
    """From here on this thread remembers."""
    _request.answers = {}


def end_request(**_signal: object) -> None:
    """Forget everything."""
    _request.answers = None


request_started.connect(begin_request, dispatch_uid="kapok.remembering.begin")
request_finished.connect(end_request, dispatch_uid="kapok.remembering.end")


class PerRequest(Generic[T]):
    """The answer to one question, asked at most once in a request."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask

    def get(self) -> T:
        answers: dict[int, T] | None = getattr(_request, "answers", None)
        if answers is None:
            return self._ask()
        if id(self) not in answers:
            answers[id(self)] = self._ask()
        return answers[id(self)]

    def forget(self) -> None:
        """This request has changed the answer itself."""
        answers: dict[int, T] | None = getattr(_request, "answers", None)
        if answers is not None:
            answers.pop(id(self), None)
