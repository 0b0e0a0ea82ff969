"""The door for web servers; the site is chosen by DJANGO_SETTINGS_MODULE."""

import os

from django.core.wsgi import get_wsgi_application

from foundation.bodies import WholeBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ebehoerdenakte.settings.node")
application = WholeBodies(get_wsgi_application())
