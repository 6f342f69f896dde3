"""What the checks share."""

from typing import Any

Fault = tuple[str, dict[str, Any]]
"""Code of the refusal and its data."""


def fault(code: str, **data: Any) -> Fault:
    return f"files.{code}", data
