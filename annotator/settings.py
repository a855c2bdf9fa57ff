"""Every setting of Annotator, read from the environment in this one place.

The embedded default (nothing set) is SQLite, an in-process Celery broker and the local disk under ``var/``.
Setting ``DATABASE_URL``, ``REDIS_URL`` and ``S3_BUCKET`` moves the same code to PostgreSQL, Redis and S3.
``docs/settings.md`` lists what follows; a test fails when one is missing there.
"""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from annotator.background import JOB_HANDLERS, JOB_PAGES, PERIODIC  # noqa: F401

env = environ.Env()
env.ENVIRON = {name: value for name, value in os.environ.items() if value}  # empty is not set, as Compose hands it on
BASE_DIR = Path(__file__).resolve().parent.parent

# -- where things live -----------------------------------------------------------------------------------------------
# The folder of the embedded default's database, media, snapshots and generated key.
DATA = Path(env.str("ANNOTATOR_DATA", default=str(BASE_DIR / "var"))).resolve()
DATA.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The generated key of the embedded default: made once, readable by its owner only."""
    path = DATA / "secret_key"
    if not path.exists():
        fresh = DATA / f"secret_key.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):  # of two processes starting at once, one wins, both read its key
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text().strip()


def _address() -> str:
    """Where `manage.py up` was started last, so that the links that commands print lead there."""
    with contextlib.suppress(FileNotFoundError):
        return (DATA / "address").read_text().strip()
    return "http://127.0.0.1:8000"


SECRET_KEY: str = env.str("SECRET_KEY", default="") or _secret_key()
DEBUG: bool = env.bool("DEBUG", default=False)
# The address that people use; it decides secure cookies and what links in messages say.
SITE_URL: str = (env.str("SITE_URL", default="") or _address()).rstrip("/")
_site = urlsplit(SITE_URL)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[_site.hostname, "localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
_https = _site.scheme == "https"

# -- application -----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "annotator",
    "projects",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "annotator.observe.RequestLogMiddleware",
    "annotator.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "annotator.content_policy.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "annotator.urls"
WSGI_APPLICATION = "annotator.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# -- database --------------------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA}/annotator.sqlite3")
}
if DATABASES["default"].get("ENGINE") not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
    raise ImproperlyConfigured("DATABASE_URL: expected postgres://user:password@host/name or sqlite:///path")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "annotator.sqlite3"
    # WAL lets readers and the one writer work side by side; IMMEDIATE takes the write lock at BEGIN, so that a
    # transaction never fails half way with "database is locked"; NORMAL is durable against a killed process.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA mmap_size=134217728; "
            "PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY;"
        ),
    }
    # A file, not memory, also under test: several threads and processes share it.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "test.sqlite3")}
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", default=16)}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- background work -------------------------------------------------------------------------------------------------
REDIS_URL: str = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 6 * 3600
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 7 * 3600, "socket_connect_timeout": 3} if REDIS_URL else {"polling_interval": 0.1}
)
# A job whose worker has not been heard of for so long is taken over by another, in seconds.
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=30)
# Whole-project figures are computed again this long after an annotation, in seconds.
AGREEMENT_DELAY_SECONDS = env.int("AGREEMENT_DELAY_SECONDS", default=3)

# -- files -----------------------------------------------------------------------------------------------------------
S3_BUCKET: str = env.str("S3_BUCKET", default="")


def _storage(folder: str) -> dict[str, Any]:
    if not S3_BUCKET:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(DATA / folder)}}
    options = {
        "bucket_name": S3_BUCKET,
        "location": folder,
        "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
        "access_key": env.str("S3_ACCESS_KEY", default="") or None,
        "secret_key": env.str("S3_SECRET_KEY", default="") or None,
        "region_name": env.str("S3_REGION", default="") or None,
        "default_acl": None,
        "file_overwrite": True,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


STORAGES = {
    "default": _storage("media"),
    "uploads": _storage("uploads"),
    "snapshots": _storage("snapshots"),
    "staticfiles": {"BACKEND": "annotator.staticfiles.StaticFilesStorage"},
}
# Where owners may have versions pushed to: folders of this machine, "bucket" or "bucket/prefix", "namespace" or
# "namespace/dataset" of the Hub. An empty list allows none. Who we are there is said here too, never in the database.
PUSH_FOLDERS: list[str] = env.list("PUSH_FOLDERS", default=[])
PUSH_BUCKETS: list[str] = env.list("PUSH_BUCKETS", default=[])
PUSH_HUB: list[str] = env.list("PUSH_HUB", default=[])
PUSH_S3 = {
    "endpoint_url": env.str("PUSH_S3_ENDPOINT_URL", default="") or None,
    "region_name": env.str("PUSH_S3_REGION", default="") or None,
    "access_key": env.str("PUSH_S3_ACCESS_KEY", default="") or None,
    "secret_key": env.str("PUSH_S3_SECRET_KEY", default="") or None,
}
HUB_ENDPOINT: str = env.str("HUB_ENDPOINT", default="https://huggingface.co").rstrip("/")
HUB_TOKEN: str = env.str("HUB_TOKEN", default="")
# Whether the two addresses above may be of a private network.
PUSH_PRIVATE_NETWORKS: bool = env.bool("PUSH_PRIVATE_NETWORKS", default=False)
# Whether webhooks may be sent to addresses of a private network, and without encryption.
WEBHOOK_ALLOW_PRIVATE: bool = env.bool("WEBHOOK_ALLOW_PRIVATE", default=False)
WEBHOOK_ALLOW_HTTP: bool = env.bool("WEBHOOK_ALLOW_HTTP", default=False)
# What can be made again from snapshots: exports and comparisons, on this machine.
SNAPSHOT_CACHE = DATA / "cache"
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Ours only: no page uses what the libraries bring.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# The largest file that the browser or the API may upload, in bytes.
UPLOAD_LIMIT = env.int("UPLOAD_LIMIT", default=2 * 1024**3)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024**2
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024**2

# -- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "projects.User"
# By user name or e-mail address.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "projects.workspace.accounts.InvitationOnly"
ACCOUNT_FORMS = {
    "login": "projects.workspace.account_forms.LoginForm",
    "signup": "projects.workspace.account_forms.SignupForm",
    "change_password": "projects.workspace.account_forms.ChangePasswordForm",
    "set_password": "projects.workspace.account_forms.SetPasswordForm",
    "reset_password": "projects.workspace.account_forms.ResetPasswordForm",
    "reset_password_from_key": "projects.workspace.account_forms.ResetPasswordKeyForm",
    "reauthenticate": "projects.workspace.account_forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USER_DISPLAY = "projects.workspace.accounts.display_name"
_email = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _email.get("EMAIL_HOST"), _email.get("EMAIL_PORT")
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_USER"), _email.get("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS, EMAIL_USE_SSL = _email.get("EMAIL_USE_TLS", False), _email.get("EMAIL_USE_SSL", False)
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default=f"annotator@{_site.hostname}")
INVITATION_DAYS = 14

# -- security --------------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = _https and env.bool("SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31536000 if _https else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "media-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "form-action": ["'self'"],
}
# Prometheus reads /metrics with this token (Authorization: Bearer …); without one, only from this machine.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# -- API -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "projects.workspace.http.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["projects.workspace.http.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["projects.workspace.http.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "projects.workspace.http.CursorPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "projects.workspace.http.problem_details",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Annotator",
    "DESCRIPTION": "Label, review and export creative, ethically sourced training data.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    # Names in place of hashes, where several fields of one name take different values.
    "ENUM_NAME_OVERRIDES": {
        "SampleStateEnum": "projects.samples.states.SampleState",
        "WebhookStateEnum": "projects.workspace.notice_models.WebhookState",
        "PersonalDataEnum": ["email", "phone", "card", "iban", "ip"],
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "annotator.openapi.add_problems"],
}

# -- language, time, logs --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True
LOG_FORMAT = env.str("LOG_FORMAT", default="console")  # console or json
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING_CONFIG = "annotator.observe.configure_logging"
LOGGING = {"format": LOG_FORMAT, "level": LOG_LEVEL}

# Pillow refuses larger pictures instead of filling the memory, in pixels.
MAX_IMAGE_PIXELS = 50_000_000
SILENCED_SYSTEM_CHECKS: list[str] = []
