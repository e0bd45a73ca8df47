from tests.accounts.conftest import ask, sign_in
from tests.cast import kept_world, world

__all__ = ["ask", "kept_world", "sign_in", "world"]
