"""Development set-up of the project: plain Python without dependencies."""
