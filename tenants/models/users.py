from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from tenants import current


class UserQuerySet(models.QuerySet["User"]):
    def people(self) -> Self:
        """Those who belong here: without guests of the competence centre (tenants.guests), whom nobody keeps, moves or gives anything."""
        return self.filter(is_guest=False)

    def active(self) -> Self:
        return self.people().filter(is_active=True)

    def by_name(self) -> Self:
        """In the order of names, with what a choice among them needs, and acts on the one that is chosen; hundreds are read for it."""
        return self.order_by("display_name").only("public_id", "username", "display_name", "is_active", "is_guest")

    def with_role(self, role: str) -> Self:
        return self.filter(groups__name=role)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def active(self) -> UserQuerySet:
        return self.get_queryset().active()

    def people(self) -> UserQuerySet:
        return self.get_queryset().people()

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=User.normalize_username(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account in one municipality (or at the centre).

    `one_time_until`: the password was handed out on a slip, works until then and must be changed at the first login.
    `is_guest`: somebody of the competence centre who was let in by consent (tenants.guests). Never has a password, a role or an office.
    """

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Like the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMPACT = "compact", _("Compact")
        COMFORTABLE = "comfortable", _("Comfortable")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(_("User name"), max_length=150, unique=True)
    display_name = models.CharField(_("Name"), max_length=200)
    email = models.EmailField(_("E-mail"), blank=True)
    telephone = models.CharField(_("Telephone"), max_length=50, blank=True)
    is_active = models.BooleanField(_("Active"), default=True)
    is_guest = models.BooleanField(default=False, editable=False)
    one_time_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    theme = models.CharField(max_length=10, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(max_length=12, choices=Density, default=Density.COMPACT)
    shortcuts = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("Person")
        verbose_name_plural = _("People")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_unique", violation_error_message=_("This user name is taken."))
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """One spelling for looking up, counting failures and storing; user names are ASCII (tenants.staffing)."""
        return super().normalize_username(username).strip().lower()

    def has_role(self, *roles: str) -> bool:
        """Tell whether this person has one of the roles; asked of the database once per object."""
        return not self.role_names.isdisjoint(roles)

    @property
    def role_names(self) -> frozenset[str]:
        if not hasattr(self, "_role_names"):
            self._role_names = frozenset(self.groups.values_list("name", flat=True))
        return self._role_names

    def knows_roles(self, names: Iterable[str]) -> Self:
        """The same person, whose roles were asked for together with her."""
        self._role_names = frozenset(names)
        return self

    def get_session_auth_hash(self) -> str:
        return self._municipal_auth_hash()

    def get_session_auth_fallback_hash(self) -> Any:
        return iter(())

    def _municipal_auth_hash(self) -> str:
        """A session's proof: changes with the password, and is another one in every municipality."""
        return salted_hmac(current.salt("tenants.session"), self.password, algorithm="sha256").hexdigest()
