"""What organisations register with the modules below: they follow a change of regions."""

from kapok.kernel.orgs.following import Follow
from kapok.kernel.regions.public import recompute_sources

recompute_sources.put("orgs", Follow())
