"""Keep Atlassian credentials and hand them to any program that asks."""

__version__ = "0.1.0"
