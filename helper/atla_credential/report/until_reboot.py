"""What a command says where there is no keyring but the kernel's, which forgets at reboot."""

from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.world import World


def lost_at_reboot(world: "World", kind: str | None) -> None:
    """Warn of what was just put into a store, if it is lost at reboot."""
    if not world.store(kind).lasts:
        console.show_warning("there is only the kernel's keyring, which keeps the token until reboot")
        console.show_warning("to keep it for longer, add --storage file to atla-credential login")


def may_be_elsewhere(world: "World", kind: str | None) -> None:
    """Warn of what was just removed from a store, if only a part of that could be looked into."""
    if not world.store(kind).lasts:
        console.show_warning("only the kernel's keyring could be looked into; another one may still have a token")
