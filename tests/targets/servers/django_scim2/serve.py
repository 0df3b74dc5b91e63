"""django-scim2 in a small Django project: `serve.py --port N --data FOLDER --token-file FILE`.

Adapters, filters and views are the library's own, as they come. Ours are the models that its documentation asks for,
the SQLite database in the data folder, and a middleware that knows the token. It runs in an environment with the
packages of `packages.txt`, not in the project's.
"""

import argparse
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.core.servers.basehttp import run
from django.core.wsgi import get_wsgi_application

SCHEME = {
    "type": "oauthbearertoken",
    "name": "Bearer token",
    "description": "A token in the header Authorization",
}


def configure(port: int, data: Path, token: str) -> None:
    """Django's settings; what is not named is as Django or the library has it."""
    settings.configure(
        SECRET_KEY="of a server that only lives for a test",
        BEARER_TOKEN=token,
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        ROOT_URLCONF="urls",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "accounts", "django_scim"],
        MIDDLEWARE=["bearer.BearerMiddleware"],
        AUTH_USER_MODEL="accounts.User",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": data / "django.sqlite3",
                "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        # Passwords that live for a minute: Django's own costs half a second for each user that comes with one.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        LOGGING_CONFIG=None,
        SCIM_SERVICE_PROVIDER={
            "SCHEME": "http",
            "NETLOC": f"127.0.0.1:{port}",
            "GROUP_MODEL": "accounts.models.Group",
            "AUTHENTICATION_SCHEMES": [SCHEME],
            "WWW_AUTHENTICATE_HEADER": 'Bearer realm="django-scim2"',
        },
    )
    django.setup()


def main() -> None:
    """Make the tables and serve."""
    parser = argparse.ArgumentParser(description="django-scim2 in a small Django project")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--token-file", type=Path, required=True)
    given = parser.parse_args()
    given.data.mkdir(parents=True, exist_ok=True)
    configure(given.port, given.data, given.token_file.read_text(encoding="utf-8").strip())
    call_command("migrate", run_syncdb=True, verbosity=0)
    run("127.0.0.1", given.port, get_wsgi_application(), threading=True)


if __name__ == "__main__":
    main()
