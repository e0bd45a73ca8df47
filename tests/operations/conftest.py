from tests.accounts.conftest import ask, desk, sign_in
from tests.cast import lasting_world, world

__all__ = ["ask", "desk", "lasting_world", "sign_in", "world"]
