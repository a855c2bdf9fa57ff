# One image for web, worker and one-shot commands; docker-compose.yml says which is which.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements-s3.txt requirements-hub.txt /
RUN /venv/bin/pip install --require-hashes -r /requirements-s3.txt -r /requirements-hub.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=annotator.settings ANNOTATOR_DATA=/data LOG_FORMAT=json
RUN useradd --system --uid 10001 --home-dir /app annotator && install -d -o annotator -g annotator /app /data
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py ./
COPY annotator annotator
COPY projects projects
COPY templates templates
COPY static static
USER annotator
# Static files are part of the image; a volume that is mounted over /data for the first time takes them along.
RUN SECRET_KEY=only-while-the-image-is-built python manage.py collectstatic --noinput --verbosity 0
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
STOPSIGNAL SIGINT
# By itself the image is the embedded default: SQLite in /data, web and worker in one process.
CMD ["python", "manage.py", "up", "--host", "0.0.0.0"]
