#!python
"""The ordinary start, for wherever the script beside it finds no interpreter; installers write its first line."""

import sys

try:
    from atla_credential.start import main
except ImportError:
    again = "try again; if it stays so, install it again, for example: pipx reinstall atla-credential"
    sys.stderr.write("atla-credential: error: a part of the program is missing; it may be being installed anew\n")
    sys.stderr.write(f"atla-credential: hint: {again}\n")
    sys.exit(5)

main()
