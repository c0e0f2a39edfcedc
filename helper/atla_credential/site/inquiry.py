"""One inquiry: the questions about a token, each asked over the wire, and what came of the last one that counts."""

import time

from atla_credential.formats.header import authorization
from atla_credential.model import Credential
from atla_credential.site import transport
from atla_credential.site.answer import reason_for
from atla_credential.site.asked import Asked
from atla_credential.site.certificates import UnusableCertificates, context_for
from atla_credential.site.failure import NoReply
from atla_credential.site.named import account_of, cloud_id_of
from atla_credential.site.outcome import Outcome
from atla_credential.site.pause import pause_before_repeat, wish_of
from atla_credential.site.questions import place_of
from atla_credential.site.redirect import Redirect
from atla_credential.site.refusal import scopes_of
from atla_credential.site.reply import Reply
from atla_credential.site.words import Words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl

    from atla_credential.site.deadline import Deadline
    from atla_credential.site.question import Question, Subject
    from atla_credential.site.questions import Steps
    from atla_credential.site.turns import Turns


class Inquiry:
    """The questions about one token, or for one cloud id.

    What it has seen so far is true at any moment: whoever stops waiting for it reads `question`, `requests` and so on.

    Args:
        steps: the questions.
        subject: whose token it is about; None where no token is needed.
        certificates: what names the trusted certificates, and their path, as `trust` returns them.
    """

    def __init__(self, steps: "Steps", subject: "Subject | None", certificates: tuple[str, str]) -> None:
        self.steps, self.subject, self.certificates = steps, subject, certificates
        self.question = next(steps)  # the last one that was asked, or is about to be
        self.cloud_id = subject.profile.cloud_id if subject else None
        self.sends = subject.profile.auth if subject else ""  # how the token goes: "basic" or "bearer"
        self.requests = 0
        self.sure: Outcome | None = None  # what decides even where nothing comes of what is asked after it
        self._repeated = False
        self._context: ssl.SSLContext | None = None
        self._words = Words(())

    def run(self, deadline: "Deadline", turns: "Turns") -> Outcome:
        """Ask until there is an outcome that decides."""
        try:
            while True:
                outcome = self._ask(self.question, deadline, turns)
                self.cloud_id = outcome.cloud_id or self.cloud_id
                self.sure = outcome if outcome.reason == "missing-scope" else None
                self.question = self.steps.send(outcome)
        except StopIteration as end:
            found: Outcome = end.value
            return found

    def _ask(self, question: "Question", deadline: "Deadline", turns: "Turns") -> Outcome:
        """Ask one question, twice at most."""
        header = None if question.asks_cloud_id else self._authorization(question)
        try:
            with turns.turn(question.host, deadline):
                reply = self._send(question, header, deadline)
                pause_s = None if self._repeated else pause_before_repeat(reply, deadline)
                if pause_s is not None:
                    self._repeated = True
                    time.sleep(pause_s)
                    after_429 = reply.status == 429
                    reply = self._send(question, header, deadline)
                    reply.is_repeat = after_429
        except NoReply as failure:
            return Outcome(failure.reason, question, lacks_socks=failure.lacks_socks)
        except UnusableCertificates as failure:
            return Outcome("tls-settings", question, certificates=failure.name)
        return self._outcome(reply, question)

    def _send(self, question: "Question", header: str | None, deadline: "Deadline") -> Reply:
        if deadline.left_s() <= 0:
            raise NoReply("timeout")  # nobody waits any more
        if self._context is None and question.origin[0] == "https":
            self._context = context_for(*self.certificates)
        self.requests += 1
        return transport.ask(question, header, self._context, deadline)

    def _authorization(self, question: "Question") -> str:
        """Return what goes along with a question about the token."""
        subject = self.subject
        place = place_of(subject, question) if subject else None
        if subject is None or place is None:
            raise RuntimeError("a question about a token that is at no place of its profile")  # safety N1
        username, self.sends = place.speak(subject.profile, None, subject.secret)
        header = authorization(Credential(subject.secret, username, self.sends))
        self._words = Words((subject.secret, header, header.partition(" ")[2]))
        return header

    def _outcome(self, reply: Reply, question: "Question") -> Outcome:
        """Return what an answer means, and what else of it can be told."""
        secret = self.subject.secret if self.subject else None
        reason, tell = reason_for(Asked(reply, question, secret)), self._words.told
        account = account_of(reply, question) if reason == "ok" else None
        redirect = Redirect(reply, question) if reason == "moved" else None
        missing, granted = scopes_of(reply, "required"), scopes_of(reply, "granted")
        return Outcome(
            reason, question, reply.status,
            account=account.told(tell) if account else None,
            cloud_id=cloud_id_of(reply) if reason == "ok" and question.asks_cloud_id else None,
            words=self._words.first_told(reply.errors) if reason != "ok" else None,
            missing_scopes=None if missing is None else list(filter(None, map(tell, missing))),
            granted_scopes=None if granted is None else list(filter(None, map(tell, granted))),
            retry_after_s=wish_of(reply) if reason == "rate-limited" else None,
            new_address=tell(redirect.new_address) if redirect else None,
        )  # fmt: skip
