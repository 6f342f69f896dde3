"""The pages of papers, for the browser sweeps."""

from kapok.kernel.ui.public import Sample
from tests.sweeps.people import everybody

PAGES = [Sample("ofd:specimen", login=everybody)]
