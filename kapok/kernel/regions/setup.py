"""Set-up: the node's province is read in once, from the folder KAPOK_REGIONS."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from kapok.kernel.regions.public import Console, SourceMissing, load_regions, provinces

after = ("journal",)

BUILT = Path(__file__).resolve().parents[3] / "build" / "regions"


def source_folder() -> Path:
    """Where the published divisions lie: the setting KAPOK_REGIONS, else build/regions."""
    return Path(getattr(settings, "KAPOK_REGIONS", "") or BUILT)


def set_up(say: Callable[[str], None]) -> None:
    if provinces():
        return
    try:
        loaded = load_regions(source_folder(), settings.KAPOK_NODE, by=Console("kapok setup"))
    except SourceMissing as missing:
        say(f"regions: not loaded, {missing.message()}")
        return
    say(f"regions: {loaded.made} loaded")
