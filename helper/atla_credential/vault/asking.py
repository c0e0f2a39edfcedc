"""A secret that no copy answers for: one caller of this machine asks the engine, the others wait for what it is told.

lock -> copy -> pause -> engine -> copy
"""

import math
import os
import random
import time
from contextlib import suppress

from atla_credential.errors import CredentialError, TryAgain
from atla_credential.foreign.waiting import within
from atla_credential.vault.asked import hashed, marks_of, name_of
from atla_credential.vault.copy import Copy, read_copy, written
from atla_credential.vault.denial import Denial
from atla_credential.vault.engine import Engine, is_fit
from atla_credential.vault.failure import NotAnswered, Refused, SecretRefused, Unreachable
from atla_credential.vault.keeping import TEMPORARY, alone, drop, drop_marked, keep, make_folder, marked, tidy
from atla_credential.vault.options import folders
from atla_credential.vault.pause import LOCK_S, Pause

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from atla_credential.vault.asked import Asked
    from atla_credential.vault.options import Options

    T = TypeVar("T")

LONGER_S = 1.0  # than the engine has, for who waits until another one has asked it
LEAST_SHARE = 0.5


class Asking:
    """One caller's way to an answer.

    Args:
        warn: takes one line for a person.
    """

    def __init__(self, options: "Options", asked: "Asked", warn: "Callable[[str], None]") -> None:
        self.options, self.asked, self.warn = options, asked, warn
        self.began_utc = time.time()
        folder = make_folder(folders(options))
        self.folder = folder
        self.path = os.path.join(folder, name_of(options, asked.host, asked.username)) if folder else ""
        self.who, self.secret = self.marks = marks_of(options, asked)
        self.pause = Pause(os.path.join(folder, f"{hashed(options.origin)}.pause")) if folder else None
        self.denial = Denial(f"{self.path}.denial")
        self.is_gone = False  # whether the engine has no such secret for anybody

    def answer(self) -> Copy | None:
        """Return the answer, or None if the engine has none.

        Raises:
            Refused: the engine says no.
            NotTrusted: who answers is not the engine.
            Unreachable: nobody answers, and no copy may stand in.
            CredentialError: the secret cannot be handed out.
        """
        if self.pause is None:
            return self._asked_for("")
        try:
            with alone(self.path, self.options.timeout_s + LONGER_S):
                return self._answer_alone(self.pause)
        except TryAgain as error:
            return self._stand_in(read_copy(self.path), Unreachable(error.message))

    def _answer_alone(self, pause: Pause) -> Copy | None:
        copy, now_utc = read_copy(self.path), time.time()
        if copy is not None and (
            self.began_utc <= copy.fetched_utc <= now_utc or copy.is_fresh(now_utc, self.options.max_age_s)
        ):
            return copy  # somebody else has just asked
        said = self.denial.said_since(self.began_utc, now_utc)
        if said is not None:
            refuse(said)
            return None
        left_s = pause.left_s(now_utc)
        if left_s:
            text = f"{self.options.origin} could not be reached, and is asked again in {math.ceil(left_s)} s"
            return self._stand_in(copy, Unreachable(text))
        try:
            found = self._asked_for(copy.kept_login(now_utc) if copy else "", copy)
        except Unreachable as error:
            if not isinstance(error, NotAnswered):
                pause.begin(now_utc, time.time())
            return self._stand_in(copy, error)
        except Refused as error:
            self._forget(error.message, self.secret if isinstance(error, SecretRefused) else self.who)
            raise
        pause.end()
        if found is None:
            self._forget("", self.secret if self.is_gone else "")
        elif found.secret:
            keep(self.path, written(found, self.marks))
            if any(self._denial_of(mark).said_since(found.fetched_utc, time.time()) is not None for mark in self.marks):
                drop(self.path)  # whoever was told no meanwhile has removed what was there, and this was not yet
        else:
            drop(self.path)
        tidy(self.folder, now_utc)
        return checked(found)

    def _forget(self, said: str, mark: str) -> None:
        """Remove the copy, because the engine has said no, or has nothing, and all others that have the mark."""
        drop(self.path)
        if mark:
            denial = self._denial_of(mark)
            with suppress(TryAgain), alone(denial.path, LOCK_S):  # who holds it notes the same
                denial.note(said, time.time())
            drop_marked(self.folder, mark)
        self.denial.note(said, time.time())

    def _denial_of(self, mark: str) -> Denial:
        """Return what was said last of all copies that have a mark."""
        return Denial(os.path.join(self.folder, f"{mark}.denial"))

    def _asked_for(self, kept: str, copy: Copy | None = None) -> Copy | None:
        """Ask the engine; None if it has no such secret. A secret that cannot be handed out is an empty one."""
        asked_utc = time.time()

        def ask() -> Copy | None:
            engine = Engine(self.options, kept)
            secret = engine.read(self.asked.path)
            is_anothers = secret.username is not None and self.asked.username not in (None, secret.username)
            self.is_gone = secret.token is None
            if secret.token is None or is_anothers:
                return None
            until_utc = engine.login_until_utc
            if copy is not None and engine.login == copy.login:
                until_utc = copy.login_until_utc
            login = engine.login if until_utc > asked_utc else ""
            share = random.uniform(LEAST_SHARE, 1)  # noqa: S311 - nobody has to guess it
            token = secret.token if is_fit(secret) else ""
            return Copy(token, secret.username, secret.expires_utc, asked_utc, share, login, until_utc)

        found = in_time(self.options, ask)
        return found if self.path else checked(found)

    def _stand_in(self, copy: Copy | None, error: Unreachable) -> Copy:
        """Return the copy in the place of an answer, and say so. Raises the error if it may not stand in."""
        if copy is None or not copy.is_usable(time.time(), self.options.max_stale_s):
            raise error
        self.warn(f"{error.message}; the answer is a copy")
        return copy


def forget(options: "Options", asked: "Asked", folder: str, rejected: str | None) -> None:
    """Remove the copies of a secret, whatever user name they were asked for with; no one else is just bringing it back.

    Args:
        rejected: only those that hold this; None for all.
    """
    paths = marked(folder, marks_of(options, asked)[1])
    for path in (path for path in paths if not path.endswith(TEMPORARY)):
        with alone(path, options.timeout_s + LONGER_S):
            copy = read_copy(path)
            if rejected is None or (copy is not None and copy.secret == rejected):
                drop(path)


def refuse(said: str) -> None:
    """Answer as another caller was answered: with nothing, or what the engine said. Raises Refused."""
    if said:
        raise Refused(said)


def checked(found: Copy | None) -> Copy | None:
    """Return an answer that can be handed out. Raises CredentialError."""
    if found is not None and not found.secret:
        raise CredentialError("the secret has a control character and cannot be handed out", "write it anew")
    return found


def in_time(options: "Options", ask: "Callable[[], T]") -> "T":
    """Ask the engine all that is to be asked, within one time. Raises Unreachable, and what asking raises."""
    try:
        return within(options.timeout_s, ask)
    except TimeoutError:
        raise Unreachable(f"{options.origin} did not answer within {options.timeout_s:g} s") from None
    except RuntimeError:  # there is no thread left to wait with
        raise Unreachable(f"{options.origin} cannot be asked: the system refuses") from None
