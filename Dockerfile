# One image for both sites; docker-compose.yml says which process of which site a container runs.
# Debian's own base, not a Python image: packages and Python are then the same as on a machine set up by bin/up.
FROM debian:bookworm-slim

ENV LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /opt/ebehoerdenakte

# In layers by how often they change: Debian's packages, libraries, our code.
COPY bin bin
RUN bin/install --packages && rm -rf /var/lib/apt/lists/*
COPY requirements.lock package.json package-lock.json .npmrc ./
RUN bin/install && rm -rf /root/.cache /root/.npm
COPY . .
RUN bin/install

# The service user that converters run as, too; the number is fixed so that volumes keep their owner.
RUN useradd --system --uid 990 --user-group --home-dir /var/lib/eakte --create-home --shell /usr/sbin/nologin eakte \
 && install -d -o eakte -g eakte /srv/static
ENV PATH=/opt/ebehoerdenakte/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    EAKTE_VAR=/var/lib/eakte \
    EAKTE_STATIC_ROOT=/srv/static
USER eakte
# Only to collect the files: no server is asked, no secret goes into the image.
RUN DJANGO_SETTINGS_MODULE=ebehoerdenakte.settings.node EAKTE_MODE=demo python manage.py collectstatic --no-input -v 0
CMD ["python", "manage.py", "check"]
