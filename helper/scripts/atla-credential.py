#!python
"""The ordinary start, for wherever the script beside it finds no interpreter; installers write its first line."""

from atla_credential.start import main

main()
