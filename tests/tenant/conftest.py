from tests.cast import lasting_world, world

__all__ = ["lasting_world", "world"]
