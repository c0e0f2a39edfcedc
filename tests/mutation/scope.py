"""Which tests are run for a module: those that call functions, by what they touch; those that start programs, by this table."""

from pathlib import Path

from mutation.source import named
from mutation.touch import ROOT

# Tests that call functions in their own process: what each of them touches can be learnt.
CALLING = ["tests/unit", "tests/wire/test_hostile.py"]

# Tests that start the program, for every module but those of a room that it never loads, as that is of another program;
# then for a module or for a room of them.
ELSEWHERE = "vault"
STARTING = ["tests/wire/test_wire.py", "tests/sessions"]
STARTING_FOR = {
    "start": ["interop/test_start.py", "interop/test_process.py"],
    "process": ["interop/test_process.py", "attack/test_hygiene.py", "attack/test_surroundings.py"],
    "system": ["interop/test_process.py", "attack/test_surroundings.py"],
    "__main__": ["interop/test_process.py", "attack/test_surroundings.py", "attack/test_signals.py", "attack/test_hygiene.py"],
    "chain": ["interop/test_git_server_chain.py", "interop/test_other_helpers.py"],
    "toml": ["attack/test_modes.py", "attack/test_links.py", "attack/test_unlocked_writer.py"],
    "operations": [
        "interop/test_git.py", "interop/test_adopted_profiles.py", "attack/test_together.py", "attack/test_readings.py",
    ],
    "docker": ["interop/test_containers.py"],
    "adoption": ["interop/test_adopted_profiles.py", "attack/test_together.py"],
    "files": [
        "attack/test_modes.py", "attack/test_links.py", "attack/test_disk.py", "attack/test_unlocked_writer.py",
        "attack/test_crash.py", "attack/test_failing_calls.py", "attack/test_together.py", "attack/test_signals.py",
        "attack/test_poor_file_systems.py", "attack/test_needless.py", "attack/test_readings.py",
    ],
    "profiles": [
        "attack/test_changes.py", "attack/test_crash.py", "attack/test_interleaved.py", "attack/test_interleaved_moves.py",
        "attack/test_together.py", "attack/test_needless.py", "attack/test_readings.py",
    ],
    "turn": ["attack/test_changes.py", "attack/test_interleaved.py", "attack/test_interleaved_moves.py"],
    "trust": ["attack/test_obeyed.py"],
    "world": ["attack/test_readings.py"],
    "record": ["attack/test_interleaved.py", "attack/test_together.py"],
    "toml_file": ["attack/test_modes.py", "attack/test_crash.py", "attack/test_together.py"],
    "toml_reader": ["attack/test_modes.py", "attack/test_together.py"],
    "stores": [
        "interop/test_secret_service.py", "interop/test_kernel_keyring.py", "interop/test_named_backend.py",
        "attack/test_interleaved_moves.py",
    ],
    "helpers": ["interop/test_other_helpers.py", "interop/test_bad_helpers.py"],
    "exchange": ["interop/test_other_helpers.py", "interop/test_bad_helpers.py", "attack/test_signals.py"],
    "other_helper": ["interop/test_other_helpers.py", "interop/test_bad_helpers.py", "interop/test_git_server_chain.py"],
    "told": ["interop/test_other_helpers.py", "interop/test_git_server_chain.py"],
    "git": [
        "interop/test_setup_git.py", "interop/test_git_settings.py", "interop/test_doctor_git.py", "attack/test_gitconfig.py",
    ],
    "own_helper": ["interop/test_setup_git.py"],
    "setup_git": ["interop/test_setup_git.py", "interop/test_git_settings.py"],
    "doctor": ["interop/test_git_settings.py", "attack/test_modes.py", "interop/test_secret_service.py"],
    "terminal": ["interop/test_completion.py", "interop/test_terminal.py"],
    "completion": ["interop/test_completion.py"],
    "login": ["interop/test_terminal.py", "interop/test_secret_service.py"],
    "commands": ["interop/test_terminal.py", "interop/test_secret_service.py"],
    "foreign": ["attack/test_signals.py", "attack/test_surroundings.py", "interop/test_terminal.py", "interop/test_bad_helpers.py"],
    "successor": ["interop/test_exec.py"],
    "netrc": ["interop/test_netrc_readers.py"],
    "formats": ["interop/test_scripts.py", "interop/test_formats.py", "interop/test_answers.py"],
    "site": ["interop/test_verdicts.py", "interop/test_asking.py"],
    "network": ["interop/test_asking.py"],
    "verifying": ["interop/test_asking.py"],
    "verified": ["interop/test_asking.py"],
    "progress": ["interop/test_asking.py"],
    "status": ["interop/test_asking.py"],
    "discover": ["interop/test_asking.py"],
    "restore": ["interop/test_restore_asks.py", "interop/test_kernel_keyring.py"],
    "restoring": ["interop/test_restore_asks.py", "interop/test_kernel_keyring.py"],
    "rotate": ["interop/test_rotate.py"],
    "rotation": ["interop/test_rotate.py", "attack/test_interleaved.py"],
    "replaced": ["interop/test_rotate.py", "attack/test_interleaved.py"],
    "proving": ["interop/test_rotate.py"],
    "vault": [
        "interop/test_vault_failures.py", "interop/test_vault_attacks.py", "interop/test_vault.py", "interop/test_vault_write.py",
    ],
}  # fmt: skip


def starting(module: str) -> list[str]:
    """Return the tests that start programs and may notice a fault in a module, the likeliest first.

    A test that speaks of a module by its name is the likeliest: the session of a command, say.
    """
    found = [path for word, paths in STARTING_FOR.items() if module in named([module], word) for path in paths]
    everywhere = [] if named([module], ELSEWHERE) else STARTING
    tests = [*everywhere, *(f"tests/{path}" for path in found)]
    word = module.rpartition("/")[2].replace("_", "-")
    return sorted(dict.fromkeys(tests), key=lambda path: (path not in STARTING, -mentions(path, word)))


def mentions(path: str, word: str) -> int:
    """Return how often a word stands in a file of tests."""
    return (ROOT / path).read_text(encoding="utf-8").count(word) if Path(path).suffix else 0
