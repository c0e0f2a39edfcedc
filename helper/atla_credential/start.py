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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec as Spec
    from types import CodeType
    from types import ModuleType as Module

PACKAGE = "atla_credential"
# What every answer needs, and what one from the environment, the files or a keyring needs besides; from the ground up,
# so that each finds what it imports. Together they are the hot files: tests/house holds them to it.
MODULES = (
    "__init__", "system", "text", "errors", "process", "model", "places/address", "environment", "places/place",
    "wire/message", "places/instance", "places/table", "wire/request", "answer/world", "answer/search",
    "answer/sources", "operations/call", "answer/rules", "operations/get", "__main__",
)  # fmt: skip
FOR_VARIABLES = ("answer/variables", "answer/binding")
FOR_FILES = (
    "toml/line", "toml/plain", "toml/file", "settings/values", "settings/config", "stores/toml_reader",
)  # fmt: skip
FOR_BUS = ("stores/keyring/dbus_message", "stores/keyring/bus_socket", "stores/keyring/session_bus")
FOR_KEYRING = ("stores/keyring/kernel", "stores/keyring/patience", "stores/keyring/quick_service")
BROKEN = (ImportError, SyntaxError, AttributeError, EOFError)  # a file is missing, cut off, or of another version
IN_PIECES = b"""atla-credential: error: a part of the program is missing; it may be being installed anew
atla-credential: hint: try again; if it stays so, install it again, for example: pipx reinstall atla-credential
"""
# Whoever asks for one of these needs those.
NEEDS = {f"{PACKAGE}.stores.keyring.opening": FOR_BUS, f"{PACKAGE}.stores.keyring.reader": FOR_KEYRING}
SOCKET = "_socket"  # which they need of Python; many a one has a file for it
# Folders with an __init__.py that has nothing but its docstring, so that it need not be read.
ROOMS = ("wire", "places", "toml", "settings", "answer", "operations", "stores", "stores/keyring", "formats", "vault")
ModuleType, ModuleSpec = type(sys), type(sys.__spec__)
HEAD = 16  # bytes: the magic number, the flags (0), the source's modification time and size
IMPORT = sys.modules["_frozen_importlib_external"]
MAGIC: bytes = IMPORT.MAGIC_NUMBER
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
        try:
            if PACKAGE not in sys.modules:
                load(folder, MODULES + (FOR_VARIABLES if b"ATLA_INSTANCE" in posix.environ else FOR_FILES))
                sys.meta_path.insert(0, Finder(folder))
                sys.path.append(folder.rpartition("/")[0])
            from atla_credential.__main__ import arguments_of_process, run  # door: only now can it be found

            name, *arguments = arguments_of_process()
            code = run(arguments, name)  # which says what is broken by itself, unless it is what it says that with
        except BROKEN:
            posix.write(2, IN_PIECES)
            posix._exit(5)  # system.TRY_AGAIN
        if not is_compiled and posix.access(folder, posix.W_OK):
            from atla_credential import start  # noqa: F401  # door: this leaves a compiled file for next time, system
    except KeyboardInterrupt:
        posix._exit(130)
    if f"{PACKAGE}.commands" in sys.modules:
        from atla_credential.terminal.answer import leave  # door: only a command has loaded this

        leave(code)
    posix._exit(code)  # an operation has written all it had to write, and Python's way out would take a tenth more


def load(folder: str, names: tuple[str, ...]) -> None:
    """Load modules of the package in a folder, as long as they have a compiled file that fits."""
    rooms = {""}
    for name in names:
        code = code_of(folder, name)
        if code is None:
            return
        is_package = name.endswith("__init__")
        room = name.rpartition("/")[0]
        if room not in rooms:
            rooms.add(room)
            if full_name(room) not in sys.modules:
                add(folder, room, is_package=True)
        module = add(folder, "" if is_package else name, is_package)
        exec(code, module.__dict__)  # noqa: S102 - as import does


def add(folder: str, name: str, is_package: bool) -> "Module":
    """Make a module, as import would before it runs its code; "" is the package itself."""
    full = full_name(name)
    module = sys.modules[full] = ModuleType(full)
    module.__spec__ = spec = ModuleSpec(full, None, is_package=is_package)
    spec._initializing = False  # type: ignore[attr-defined]  # else every import of it makes and drops an error
    if is_package:
        module.__path__ = [f"{folder}/{name}".rstrip("/")]
    parent, _, child = full.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)
    return module


def full_name(name: str) -> str:
    """Return how Python calls a module of the package: `atla_credential.wire.message`."""
    return f"{PACKAGE}/{name}".rstrip("/").replace("/", ".")


class Finder:
    """Finds further modules in the package's folder for Python's import, those that are no packages themselves."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.code: dict[str, CodeType] = {}

    def find_spec(self, name: str, path: object = None, target: object = None) -> "Spec | None":
        """Return what import needs to make a module, or None to let it search."""
        if name in NEEDS:
            load(self.folder, NEEDS[name])
        if name == SOCKET:
            return extension(name)
        package, _, rest = name.partition(".")
        rest = rest.replace(".", "/")
        if package != PACKAGE:
            return None
        if rest in ROOMS:
            room = ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]  # all of a Loader that import calls
            room.submodule_search_locations = [f"{self.folder}/{rest}"]
            return room
        code = code_of(self.folder, rest)
        if code is None:
            return None
        self.code[name] = code
        return ModuleSpec(name, self)  # type: ignore[arg-type]  # likewise

    def create_module(self, spec: "Spec") -> None:
        """Let import make the module."""

    def exec_module(self, module: "Module") -> None:
        """Run the module's code."""
        if module.__name__ in self.code:  # a room has none
            exec(self.code.pop(module.__name__), module.__dict__)  # noqa: S102 - as import does


def extension(name: str) -> "Spec | None":
    """Return what import needs to make a module that Python has in a file of its own; None if it has no such file.

    It is the one that Python's own import finds, after a search of other folders and a list of this one.
    """
    if name in sys.builtin_module_names:
        return None
    for folder in sys.path:
        path = f"{folder}/{name}{sys.modules['_imp'].extension_suffixes()[0]}"
        if folder.endswith("/lib-dynload") and posix.access(path, posix.R_OK):
            return ModuleSpec(name, IMPORT.ExtensionFileLoader(name, path), origin=path)
    return None


def code_of(folder: str, name: str) -> "CodeType | None":
    """Return the code of a module, or None if it has no compiled file that fits."""
    above, _, last = f"{folder}/{name}".rpartition("/")
    try:
        data = read(f"{above}/__pycache__/{last}.{sys.implementation.cache_tag}.pyc")
        return marshal.loads(memoryview(data)[HEAD:]) if fits(data, f"{above}/{last}.py") else None  # noqa: S302
    except (OSError, EOFError, ValueError, TypeError):
        return None


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
