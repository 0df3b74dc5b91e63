"""A middleware that knows the token: a request with it has a user, as after any login of Django's."""

import hmac
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse


class TheClient:
    """The identity provider. It is no user of the database, so that no list shows it."""

    is_authenticated = True
    is_anonymous = False


class BearerMiddleware:
    """Sets `request.user`; the library refuses whoever is not authenticated."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._wanted = f"Bearer {settings.BEARER_TOKEN}".encode()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the header `Authorization`."""
        given = request.headers.get("Authorization", "").encode()
        request.user = TheClient() if hmac.compare_digest(given, self._wanted) else AnonymousUser()
        return self._get_response(request)
