"""Browser sessions at the API, with CSRF and 401 (not 403) for strangers."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class BrowserSession(SessionAuthentication):
    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
