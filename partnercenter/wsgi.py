"""The WSGI entry, for granian or any other WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from partnercenter.operations import tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnercenter.settings")

tracing.start()
application = get_wsgi_application()
