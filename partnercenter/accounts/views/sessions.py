"""A sign-in in two steps: nobody is signed in before the second one."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, login
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp import login as remember_device
from django_otp.models import Device

from partnercenter import clock
from partnercenter.accounts.models import User

PENDING = "pending_sign_in"
PATIENCE = timedelta(minutes=10)


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session began with one; in the demo every sign-in counts as if it had."""
    return settings.DEMO_MODE or DEVICE_ID_SESSION_KEY in request.session


def wait_for_code(request: HttpRequest, user: User) -> None:
    """The password was right. Remember that, in a new session that knows nobody yet."""
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": str(user.pk),
        "backend": getattr(user, "backend", settings.AUTHENTICATION_BACKENDS[0]),
        "proof": user.get_session_auth_hash(),
        "until": (clock.now() + PATIENCE).timestamp(),
    }


def waiting_for_code(request: HttpRequest) -> User | None:
    """Who gave the password, unless that was long ago, or the password, a block or the factor itself changed since."""
    pending = request.session.get(PENDING)
    if not pending or pending["until"] <= clock.now().timestamp():
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True, has_second_factor=True).first()
    if user is None or not constant_time_compare(pending["proof"], user.get_session_auth_hash()):
        return None
    return user


def complete(request: HttpRequest, user: User, device: Device) -> None:
    """Both steps are done: sign in, again in a new session."""
    backend = request.session.pop(PENDING)["backend"]
    login(request, user, backend=backend)
    remember_device(request, device)


def stay_signed_in(request: HttpRequest, user: User, device: Device | None) -> None:
    """After the second factor changed every session ends but this one, which gets a new key."""
    backend = request.session[BACKEND_SESSION_KEY]
    request.session.pop(DEVICE_ID_SESSION_KEY, None)
    login(request, user, backend=backend)
    if device is not None:
        remember_device(request, device)
