from tests.accounts.conftest import ask, sign_in
from tests.cast import world

__all__ = ["ask", "sign_in", "world"]
