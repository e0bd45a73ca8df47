"""What only an emulator has: controls for programs, and pages for ops. Outside demo mode none of it is there."""
