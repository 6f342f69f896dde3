"""Files at the door of intake: looked into before anything is kept, refused with the reason at the field they belong to."""

from kapok.kernel.common.errors import FieldFault, Invalid, Refused, sentences
from kapok.kernel.files.public import inspect, media_type_of
from kapok.services.items.public import CompiledItem

MEGABYTE = 1024 * 1024


def checked_upload(item: CompiledItem, key: str, name: str, content: bytes) -> str:
    """The media type of a file for a material of an item, by its content; Invalid with the material's key where it is refused."""
    material = next((each for each in item.materials if each.key == key), None)
    if material is None:
        code = "material.unknown"
        raise Invalid([FieldFault(key[:64], code, str(sentences[code]).format(key=key[:64]))])
    return checked_file(material.key, name, content, allow=material.accept, limit=material.max_megabytes * MEGABYTE)


def checked_file(field: str, name: str, content: bytes, *, allow: tuple[str, ...], limit: int) -> str:
    """The same for any field: `limit` in bytes."""
    verdict = inspect(name, content, allow=allow, limit=limit)
    if not verdict:
        raise Invalid([FieldFault(field, verdict.code, Refused(verdict.code, **verdict.data).message())])
    return media_type_of(name, content)
