"""The mailbox page, and following the links of its mails."""

from __future__ import annotations

from tests.bridge_ref.bench import everything, refusals, seq_of
from tests.bridge_ref.pages import Page, Reader, alert, text
from tests.bridge_ref.world import World


def test_the_mailbox_shows_mails_and_no_secret(ada: Reader, bench: World) -> None:
    number = seq_of(bench, "ada@example.com")
    secret = bench.control("GET", "mail").body["messages"][0]["links"][0].rpartition("/")[2]

    box, mail = ada.get("mail"), ada.get(f"mail/{number}")

    assert "You are invited to join to ada@example.com ada@example.com 2026-03-02 12:01:00 UTC waiting" in text(box)
    assert "Hello Ada, you are invited to join" in text(mail)
    assert "https://account.invalid/join/…" in text(mail)
    assert secret not in box.body + mail.body


def test_the_mailbox_goes_back_by_fifties(ada: Reader, bench: World) -> None:
    for number in range(50):
        bench.invite(f"member{number}@example.com")

    newest = ada.get("mail")
    older = ada.get("mail", before=Page(newest.body).tags[-1][1]["href"].rpartition("=")[2])  # type: ignore[union-attr]

    assert newest.body.count('href="/app/mail/') == 50
    assert older.body.count('href="/app/mail/') == 2
    assert "Newest mails" in text(older)
    assert "Older mails" not in text(older)


def test_an_invitee_signs_up_once(ada: Reader, bench: World) -> None:
    number = seq_of(bench, "ada@example.com")

    done = ada.post(f"mail/{number}/follow")
    shown = ada.get(f"mail/{number}", done="sign-up")
    again = ada.post(f"mail/{number}/follow")

    assert (done.status, done.headers["location"]) == (303, f"/app/mail/{number}?done=sign-up")
    assert bench.state("ada@example.com") == "PENDING"
    assert "The invitee has signed up" in text(shown)
    assert "It leads nowhere: This invitation link is dead." in text(shown)
    assert (again.status, alert(again)) == (409, "This invitation link is dead.")
    assert refusals(bench) == ["sign-up by a dead link"]


def test_an_expired_invitation_is_refused(ada: Reader, bench: World) -> None:
    bench.clock.advance(5 * 86_400)
    ada.sign_in("right-token")

    refused = ada.post(f"mail/{seq_of(bench, 'ada@example.com')}/follow")

    assert (refused.status, alert(refused)) == (409, "This invitation link has expired.")
    assert (bench.state("ada@example.com"), refusals(bench)) == ("INVITED", ["sign-up by an expired link"])


def test_a_new_address_is_accepted_by_its_mail(ada: Reader, bench: World) -> None:
    bench.act("ada@example.com", "sign-up")
    user = bench.member("ada@example.com")["scim_id"]
    bench.patch(f"/Users/{user}", {"op": "replace", "path": "userName", "value": "countess@example.com"})
    number = seq_of(bench, "countess@example.com")

    assert "Accept this address" in text(ada.get(f"mail/{number}"))
    assert ada.post(f"mail/{number}/follow").headers["location"] == f"/app/mail/{number}?done=accept-address"
    assert bench.member("countess@example.com")["new_email"] is None
    assert alert(ada.post(f"mail/{number}/follow")) == "This link is dead."


def test_a_mail_to_nobody_any_more_leads_nowhere(ada: Reader, bench: World) -> None:
    number = seq_of(bench, "ada@example.com")
    bench.act("ada@example.com", "delete")

    refused = ada.post(f"mail/{number}/follow")

    assert refused.status == 409
    assert alert(refused).startswith("No member has the address")
    assert len(refusals(bench)) == 1


def test_a_link_that_went_to_an_address_before_it_was_somebody_elses_is_dead(ada: Reader, bench: World) -> None:
    number = seq_of(bench, "ada@example.com")
    user = bench.member("ada@example.com")["scim_id"]
    bench.patch(f"/Users/{user}", {"op": "replace", "path": "userName", "value": "countess@example.com"})
    bench.invite("ada@example.com", displayName="Another Ada")
    before = everything(bench)

    refused = ada.post(f"mail/{number}/follow")

    assert (refused.status, alert(refused)) == (409, "This invitation link is dead.")
    assert (everything(bench), refusals(bench)) == (before, ["sign-up by a dead link"])


def test_a_mail_without_a_link_cannot_be_followed(ada: Reader, bench: World) -> None:
    for act in ("sign-up", "confirm"):
        bench.act("ada@example.com", act)
    number = seq_of(bench, "ada@example.com")

    assert "in place of the person" not in text(ada.get(f"mail/{number}"))
    assert alert(ada.post(f"mail/{number}/follow")) == "There is no link in this mail."
