#!/bin/sh
# Prints a Python of 3.12 or newer, for the programs beside this project that want one; exit code 1
# if this machine has none. pyenv's shims are asked for what they stand for: most of them refuse.
for candidate in python3.14 python3.13 python3.12 python3 \
    "$(pyenv root 2>/dev/null)"/versions/3.1[2-9]*/bin/python3; do
    "$candidate" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 12)) ' 2>/dev/null &&
        exec "$candidate" -c 'import sys; print(sys.executable)'
done
exit 1
