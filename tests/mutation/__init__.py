"""Single faults, planted one at a time into a private copy of the installed program, to see whether a test turns red."""
