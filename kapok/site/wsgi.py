"""What granian loads in each of its workers."""

import os
import signal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.site.settings")

from django.core.wsgi import get_wsgi_application  # settings are read at import
from django.urls import get_resolver

from kapok.site.statements import remember_long_ones
from kapok.site.supervisor.lifetime import end_with_parent

if os.environ.get("KAPOK_SUPERVISED"):
    end_with_parent(signal.SIGKILL)  # else the workers of a killed server go on as orphans; a worker that is still starting loses a SIGTERM

remember_long_ones()
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  (an address that cannot be loaded stops the start, not the first visitor)
