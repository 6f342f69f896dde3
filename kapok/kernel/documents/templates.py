"""Templates of documents: `<app>/documents/<name>.typ`, known as `<label>.<name>`.

A template begins with lines such as `// title: 受理通知书` and `// version: 2`. When its text changes in substance, its version
rises and the older one stays beside it as `<name>.v1.typ`, so that a document issued before is rendered as it was issued.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.apps import apps

from kapok.kernel.documents.errors import TemplateMissing

_HEAD = re.compile(r"^//\s*(title|version|sealed):\s*(.+?)\s*$", re.MULTILINE)
_OLD = re.compile(r"\.v(\d+)$")


@dataclass(frozen=True)
class Template:
    """A kind of paper; `needs_seal` is false for papers no seal is ever put on (`// sealed: no`)."""

    key: str
    version: int
    title: str
    path: Path
    needs_seal: bool = True


@lru_cache(maxsize=1)
def _found() -> dict[str, dict[int, Template]]:
    found: dict[str, dict[int, Template]] = {}
    for config in apps.get_app_configs():
        for path in sorted(Path(config.path).glob("documents/*.typ")):
            head = dict(_HEAD.findall(path.read_text("utf-8")[:2000]))
            old = _OLD.search(path.stem)
            version = int(old[1]) if old else int(head.get("version", "1"))
            key = f"{config.label}.{_OLD.sub('', path.stem)}"
            seal = head.get("sealed", "yes") != "no"
            found.setdefault(key, {})[version] = Template(key, version, head.get("title", key), path, seal)
    return found


def template(key: str, version: int | None = None) -> Template:
    """The template in a version, or its newest; `TemplateMissing` if there is none."""
    versions = _found().get(key)
    if not versions or (version is not None and version not in versions):
        raise TemplateMissing(key=key, version=version)
    return versions[max(versions) if version is None else version]


def templates() -> list[Template]:
    """The newest version of every template, by key."""
    return [template(key) for key in sorted(_found())]
