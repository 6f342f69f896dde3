"""What operators may do to an entry that a subscriber could not take."""

from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import Forbidden, NotHere
from kapok.kernel.journal.events import LetterSentAgain, LetterSetAside
from kapok.kernel.journal.models import DeadLetter
from kapok.kernel.journal.record import action, record


@action("journal.send_letter_again")
def send_letter_again(number: int, *, by: By) -> None:
    """Have the subscriber try the entry once more, in the worker's next round."""
    letter = _letter(number, by)
    DeadLetter.objects.filter(id=number).update(again=True)
    record(by, LetterSentAgain(letter.follower, letter.seq), about=letter.entry, kind="letter")


@action("journal.set_letter_aside")
def set_letter_aside(number: int, *, by: By) -> None:
    """Take the letter away; what the subscriber would have done for the entry is not done."""
    letter = _letter(number, by)
    DeadLetter.objects.filter(id=number).delete()
    record(by, LetterSetAside(letter.follower, letter.seq), about=letter.entry, kind="letter")


def _letter(number: int, by: By) -> DeadLetter:
    if not by.may("jobs.manage"):
        raise Forbidden(deed="jobs.manage")
    letter = DeadLetter.objects.select_for_update().filter(id=number).first()
    if letter is None:
        raise NotHere("journal.letter", id=number)
    return letter
