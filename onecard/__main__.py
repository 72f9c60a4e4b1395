"""``python -m onecard``: the same as the command."""

from onecard.command import main

main()
