"""The fast start: `PYTHON -I -S start.py NAME ARGUMENTS` runs the program as NAME. POSIX only.

The modules of a `get` are loaded from the very files that Python's import would load them from, and with its checks of
whether they fit their sources, but without its search for them, which costs more than all the work of a `get`. Where
one is missing or does not fit, Python's own import does the rest.

Source: PEP 552 for the head of a compiled file. docs/explanation/speed.md has the figures.
"""

try:
    import gc
    import marshal
    import posix
    import sys
except KeyboardInterrupt:
    raise SystemExit(130) from None  # the first moment of ours at which an interrupt can come

PACKAGE = "atla_credential"
# What an answer from the environment needs, and what one from the files needs besides; from the ground up, so that each
# finds what it imports.
MODULES = (
    "__init__", "system", "errors", "process", "model", "address", "environment", "store", "place", "protocol",
    "instance", "sites", "request", "search", "sources", "call", "resolver", "operations", "__main__",
)  # fmt: skip
FOR_FILES = ("line", "series", "plain", "document", "table", "config", "stores/__init__", "stores/toml_file")
ModuleType, ModuleSpec = type(sys), type(sys.__spec__)
HEAD = 16  # bytes: the magic number, the flags (0), the source's modification time and size
MAGIC: bytes = sys.modules["_frozen_importlib_external"].MAGIC_NUMBER
LARGEST = 1 << 15  # bytes of a compiled file; to make room for more takes longer than to read it


def main() -> None:
    """Run the program whose name is the first argument, with the others, and end the process."""
    gc.disable()  # the little that a get makes is not worth a look for what of it is garbage
    try:
        folder = __file__.rpartition("/")[0]
        is_compiled = __file__.endswith(".pyc")
        if is_compiled:
            folder = folder.rpartition("/")[0]
            if not fits(read(__file__), f"{folder}/start.py"):
                posix.execv(sys.executable, [sys.executable, "-I", "-S", f"{folder}/start.py", *sys.argv[1:]])
        if PACKAGE not in sys.modules:
            load(folder)
            sys.path.append(folder.rpartition("/")[0])
        from atla_credential.__main__ import arguments_of_process, run  # door: only now can it be found

        name, *arguments = arguments_of_process()
        code = run(arguments, for_git=name == "git-credential-atla")
        if not is_compiled and posix.access(folder, posix.W_OK):
            from atla_credential import start  # noqa: F401  # door: this leaves a compiled file for next time
    except KeyboardInterrupt:
        posix._exit(130)
    if f"{PACKAGE}.commands" in sys.modules:
        sys.exit(code)
    posix._exit(code)  # an operation has written all it had to write, and Python's way out would take a tenth more


def load(folder: str) -> None:
    """Load the package in a folder, and as many of its modules as have a compiled file that fits."""
    for name in MODULES if b"ATLA_INSTANCE" in posix.environ else MODULES + FOR_FILES:
        above, _, last = f"{folder}/{name}".rpartition("/")
        try:
            data = read(f"{above}/__pycache__/{last}.{sys.implementation.cache_tag}.pyc")
            if not fits(data, f"{above}/{last}.py"):
                return
            code = marshal.loads(memoryview(data)[HEAD:])  # noqa: S302 - as import does
        except (OSError, EOFError, ValueError, TypeError):
            return
        full = f"{PACKAGE}/{name}".replace("/", ".").removesuffix(".__init__")
        module = sys.modules[full] = ModuleType(full)
        module.__spec__ = ModuleSpec(full, None, is_package=last == "__init__")
        if last == "__init__":
            module.__path__ = [above]
        exec(code, module.__dict__)  # noqa: S102 - as import does
        parent, _, child = full.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)


def read(path: str) -> bytes:
    """Return what a file holds. Raises OSError."""
    descriptor = posix.open(path, posix.O_RDONLY | posix.O_CLOEXEC)
    try:
        return posix.read(descriptor, LARGEST)
    finally:
        posix.close(descriptor)


def fits(data: bytes, source: str) -> bool:
    """Tell whether a compiled file is of this Python and was made from a source as it is now. Raises OSError."""
    status = posix.stat(source)
    stamp = (int(status.st_mtime) & 0xFFFFFFFF) << 32 | (status.st_size & 0xFFFFFFFF) << 64
    return len(data) < LARGEST and data[:4] == MAGIC and int.from_bytes(data[4:HEAD], "little") == stamp


if __name__ == "__main__":
    main()
