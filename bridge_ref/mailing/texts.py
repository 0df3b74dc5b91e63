"""The text of each kind of mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Text:
    """The words of one kind of mail; `action` names the first link."""

    lead: str
    action: str = "Open"
    closing: str = "If this means nothing to you, you can leave it unanswered."


TEXTS = {
    "invitation": Text(
        "You are invited to join your company's account. Sign up by the link below; you will hear from us again once "
        "you have been let in.",
        "Sign up",
    ),
    "start": Text("You have been let in: your account is ready, and you can sign in now.", "Sign in"),
    "address_change": Text(
        "The address of your account is to be this one from now on. Where there is a link below, the change waits for "
        "you to follow it.",
        "Accept the address",
        "If you did not expect this, tell whoever runs your company's account.",
    ),
    "offline": Text(
        "Your provisioning bridge does not answer.", "Its address", "There will be a mail when it is back."
    ),
    "recovery": Text("Your provisioning bridge answers again.", "Its address", "There is nothing to be done."),
    "other": Text("There is news about your company's account."),
}


def render_plain(text: Text, links: tuple[str, ...], details: tuple[str, ...] = ()) -> str:
    """The mail as plain text."""
    paragraphs = [text.lead, *details, *(f"{text.action}: {link}" for link in links), text.closing]
    return "\n\n".join(paragraphs) + "\n"


def render_html(text: Text, links: tuple[str, ...], details: tuple[str, ...] = ()) -> str:
    """The text as HTML, with outside content escaped."""
    shown = [escape(text.lead), *map(escape, details)]
    shown += [f'<a href="{escape(link)}">{escape(text.action)}</a>' for link in links if _is_web_address(link)]
    shown.append(escape(text.closing))
    return _page(shown)


def render_html_lines(lines: Iterable[str], links: tuple[str, ...]) -> str:
    """Lines of plain text as HTML, escaped; an address in them that is one of the links can be followed."""
    shown = []
    for line in lines:
        text = escape(line)
        for link in filter(_is_web_address, links):
            text = text.replace(escape(link), f'<a href="{escape(link)}">{escape(link)}</a>')
        shown.append(text)
    return _page(line for line in shown if line)


def _page(paragraphs: Iterable[str]) -> str:
    body = "\n".join(f"<p>{each}</p>" for each in paragraphs)
    return f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"></head><body>\n{body}\n</body></html>\n'


def _is_web_address(link: str) -> bool:
    return link.startswith(("https://", "http://"))
