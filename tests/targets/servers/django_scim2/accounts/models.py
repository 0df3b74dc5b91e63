"""A user and a group with what django-scim2 asks of them: its mixins, `scim_groups`, and `user_set`."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django_scim.models import AbstractSCIMGroupMixin, AbstractSCIMUserMixin


class Group(AbstractSCIMGroupMixin):
    """A group of people. Its name is as Django's own groups have it."""

    name = models.CharField(max_length=150, unique=True)


class User(AbstractSCIMUserMixin, AbstractUser):
    """A person. Django's user, and the groups that they are in."""

    scim_groups = models.ManyToManyField(Group, related_name="user_set", blank=True)
