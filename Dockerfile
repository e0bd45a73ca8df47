# Packages and static files are made in the first stage; the second holds nothing that could build anything.
#
#     docker build -t partnercenter .
#     docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges partnercenter
#
# Nothing is written but to /tmp: data lives in PostgreSQL, and the image carries its static files.

FROM python:3.12-slim AS build
ENV PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/partnercenter
COPY requirements/ requirements/
# `tracing` holds what `runtime` does, and OpenTelemetry, which sleeps unless OTEL_EXPORTER_OTLP_ENDPOINT is set.
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --require-hashes -r requirements/tracing.txt
COPY manage.py pyproject.toml ./
COPY partnercenter/ partnercenter/
COPY customers/ customers/
COPY licensing/ licensing/
COPY gdap/ gdap/
COPY templates/ templates/
COPY static/ static/
COPY deploy/docker/healthcheck.py deploy/docker/
RUN mkdir var \
    && DATABASE_URL=sqlite://:memory: /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && /opt/venv/bin/python -m compileall -q /opt/venv partnercenter customers licensing gdap

FROM python:3.12-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DEMO_MODE=false HOST=0.0.0.0 PORT=8000 LOG_FORMAT=json
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/partnercenter /srv/partnercenter
WORKDIR /srv/partnercenter
# A number, so that a cluster that wants to be sure can see that it is not root. It owns none of the files.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "deploy/docker/healthcheck.py"]
ENTRYPOINT ["python", "manage.py"]
CMD ["serve", "--only-answer"]
