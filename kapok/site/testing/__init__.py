"""The product's pytest plugin (`-p kapok.site.testing`).

Loaded before Django's settings are read, which is why it sets the environment at import: tests keep their own home,
never the node's, and forget what the caller's environment says about the node.
"""

import os

from kapok.site.testing import home

os.environ.update(home.environment_for_tests(os.environ))
for _name in home.foreign_names(os.environ):
    del os.environ[_name]

from kapok.site.testing.hooks import *  # noqa: E402, F403  (hooks need the environment above)
