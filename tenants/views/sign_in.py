"""Login, logout, one's own password, and how the pages look for one person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tenants import passwords
from tenants.doors import clerk_of
from tenants.forms import PreferencesForm, SignInForm

YEAR = 365 * 24 * 3600


class SignIn(LoginView):
    """Django's login: it checks `next`, changes the session key and sets the session's proof. Axes counts failures."""

    form_class = SignInForm
    template_name = "tenants/login.html"
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """Ends the session; on a shared computer nothing of the pages stays behind."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().post(request, *args, **kwargs)
        if request.is_secure():
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Choose a password; the first thing after a one-time password."""
    person = clerk_of(request)
    form = PasswordChangeForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        passwords.choose(person=person, password=form.cleaned_data["new_password1"], at=timezone.now())
        update_session_auth_hash(request, person)
        messages.success(request, _("Your new password is set. Other sessions have ended."))
        return redirect("/")
    return render(request, "tenants/password_change.html", {"form": form, "forced": person.one_time_until is not None})


@login_not_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep theme, density and shortcuts: on the account, and in cookies so that no page flashes before the login."""
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    chosen = form.cleaned_data
    if request.user.is_authenticated:
        person = clerk_of(request)
        person.theme, person.density, person.shortcuts = chosen["theme"], chosen["density"], chosen["shortcuts"]
        person.save(update_fields=["theme", "density", "shortcuts"])
    response = HttpResponseRedirect(_back(request))
    for name in ("theme", "density"):
        response.set_cookie(name, chosen[name], max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return target if safe else "/"
