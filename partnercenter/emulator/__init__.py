"""What only an emulator has: a clock that can be moved, and controls that play the other side.

All of it is there in demo mode only (docs/emulator-controls.md).
"""
