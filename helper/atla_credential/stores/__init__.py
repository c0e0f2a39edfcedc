"""One file for each kind of store; `get` loads one only if the answer lives there."""
