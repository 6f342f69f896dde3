"""Django's settings, all from the table of environment.py; nothing here knows a system by name."""

from pathlib import Path

from kapok.site import discovery, environment, logs, places
from kapok.site.faces import check_faces
from kapok.site.supervisor.address import current_address

_read = environment.read

KAPOK_MODE = _read("KAPOK_MODE")
if KAPOK_MODE not in ("development", "sandbox", "production"):
    raise SystemExit(f"KAPOK_MODE must be development, sandbox or production, not {KAPOK_MODE!r}")
PRODUCTION = KAPOK_MODE == "production"
if PRODUCTION and _read("KAPOK_CLOCK_FILE"):
    raise SystemExit("KAPOK_CLOCK_FILE is set: legal time is never moved in production")

KAPOK_NODE = _read("KAPOK_NODE")
KAPOK_NODE_NAME = _read("KAPOK_NODE_NAME")
KAPOK_HOME = places.home()
KAPOK_VIEW_COOKIE = f"kapok_{KAPOK_NODE}_view"
KAPOK_SECRETS = places.secrets_folder()
KAPOK_PKI_URL = _read("KAPOK_PKI_URL").rstrip("/") or f"http://localhost:{environment.number('KAPOK_PORT')}/api/seals/v1/pki"
KAPOK_FILES = places.files_folder()
KAPOK_SM2, KAPOK_CUSTODY, KAPOK_KEYS, KAPOK_CUSTODIAN = map(_read, ("KAPOK_SM2", "KAPOK_CUSTODY", "KAPOK_KEYS", "KAPOK_CUSTODIAN"))
KAPOK_PKCS11_MODULE, KAPOK_PKCS11_TOKEN = _read("KAPOK_PKCS11_MODULE"), _read("KAPOK_PKCS11_TOKEN")
KAPOK_SEAL_SERVER, KAPOK_SEAL_SERVER_TOKEN = _read("KAPOK_SEAL_SERVER"), _read("KAPOK_SEAL_SERVER_TOKEN")
KAPOK_SEAL_CUSTODY = _read("KAPOK_SEAL_CUSTODY")
KAPOK_SEAL_SERVER_LIMIT = environment.number("KAPOK_SEAL_SERVER_LIMIT")
KAPOK_LICENCE_ALARM, KAPOK_LICENCE_AT_ONCE = environment.number("KAPOK_LICENCE_ALARM"), environment.number("KAPOK_LICENCE_AT_ONCE")
KAPOK_FILE_STORE = _read("KAPOK_FILE_STORE")
KAPOK_CLAMD = _read("KAPOK_CLAMD")
KAPOK_NOTICE_CONNECTORS = dict(pair.split("=", 1) for pair in environment.listed("KAPOK_NOTICE_CONNECTORS"))
KAPOK_ACCEPTANCE_LIMIT, KAPOK_CORRECTION_LIMIT = _read("KAPOK_ACCEPTANCE_LIMIT"), _read("KAPOK_CORRECTION_LIMIT")
KAPOK_UNCORRECTED = _read("KAPOK_UNCORRECTED")
KAPOK_FONTS = places.fonts_folder()
KAPOK_CORPUS = _read("KAPOK_CORPUS")
KAPOK_REGIONS = places.regions_folder()
KAPOK_FACES = check_faces(environment.listed("KAPOK_FACES"), KAPOK_MODE)

DEBUG = False
SECRET_KEY = _read("KAPOK_SECRET_KEY") or places.secret("django.key")
ROOT_URLCONF = "kapok.site.urls"
WSGI_APPLICATION = "kapok.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- apps, found by looking -------------------------------------------------------------------------
KAPOK_APPS = discovery.app_names()
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    *(f"{name}.apps.{discovery.config_class(name)}" for name in KAPOK_APPS),
]

MIDDLEWARE = [
    "kapok.site.middleware.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "kapok.site.middleware.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kapok.site.middleware.limits.LimitsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "kapok.site.middleware.failures.FailuresMiddleware",
    *(f"{name}.web.middleware.{discovery.label_of(name).title()}Middleware" for name in discovery.having("web/middleware.py")),
    "kapok.site.faces.FacesMiddleware",
]

# --- database ---------------------------------------------------------------------------------------
_pool = environment.number("KAPOK_POOL")
_time_limit = environment.number("KAPOK_TIME_LIMIT")
_DISK = "-c random_page_cost=1.1"
"""What a page out of turn costs where disks do not turn: with the default of 4 a word that a sixth of the catalogue holds is looked for
row by row (450 ms) though its index leads to them (90 ms)."""
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **current_address().as_django(),
        "CONN_MAX_AGE": 0 if _pool else 60,
        "CONN_HEALTH_CHECKS": not _pool,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {
            # Bound on the server and prepared at second use: a quarter less processor time for the same statement. Not at first
            # use, for savepoints have a new name each time: prepared, they would push out the statements that come again.
            **({"server_side_binding": True, "prepare_threshold": 1} if environment.flag("KAPOK_PREPARE") else {}),
            "application_name": "kapok",
            "connect_timeout": 10,
            "options": _DISK + (f" -c statement_timeout={_time_limit}s -c idle_in_transaction_session_timeout=60s" if _pool else ""),
            **({"pool": {"min_size": 1, "max_size": _pool, "timeout": 10, "max_idle": 300}} if _pool else {}),
        },
    }
}

# --- people -----------------------------------------------------------------------------------------
if "kapok.kernel.accounts" in KAPOK_APPS:
    AUTH_USER_MODEL = "accounts.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_NAME = f"kapok_{KAPOK_NODE}_session"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"kapok_{KAPOK_NODE}_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kapok.site.answers.form_expired"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = list(environment.listed("KAPOK_ORIGINS"))
LANGUAGE_COOKIE_NAME = f"kapok_{KAPOK_NODE}_language"
LOGIN_URL = "/account/sign-in/"
LOGIN_REDIRECT_URL = "/"

# --- safety -----------------------------------------------------------------------------------------
ALLOWED_HOSTS = [
    *environment.listed("KAPOK_HOSTS"),
    *([] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", ".localhost", "testserver"]),
]
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
KAPOK_BEHIND_PROXY = environment.flag("KAPOK_PROXY")
if KAPOK_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
KAPOK_BODY_LIMIT = environment.number("KAPOK_BODY_LIMIT") * 1024 * 1024
KAPOK_METRICS_TOKEN = _read("KAPOK_METRICS_TOKEN")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- time and language ------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [str(path) for path in (Path(__file__).parent / "locale",) if path.is_dir()]

# --- pages and static files -------------------------------------------------------------------------
_jinja = discovery.PACKAGE / "kernel" / "ui" / "jinja.py"
TEMPLATES = [
    *(
        [{"NAME": "jinja2", "BACKEND": "kapok.kernel.ui.jinja.KapokJinja2", "DIRS": [], "APP_DIRS": True, "OPTIONS": {}}]
        if _jinja.exists()
        else []
    ),
    {"NAME": "django", "BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [], "APP_DIRS": True, "OPTIONS": {}},
]
STATIC_URL = "/static/"
STATIC_ROOT = places.BUILD / "public"
STATICFILES_DIRS = [str(path) for path in (places.BUILD / "static",) if path.is_dir()]
_collected = (STATIC_ROOT / "staticfiles.json").exists()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _collected
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

LOGGING_CONFIG = None
logs.configure()
