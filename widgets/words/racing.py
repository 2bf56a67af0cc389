"""The words on the race's own controls. The front end has none of its own; English is the key."""

from widgets.words.catalogue import _

WORDS = {
    english: _(english)
    for english in (
        "Code",
        "Copied.",
        "Copy",
        "Code of {name}",
        "Contestants",
        "Progress",
        "Start the race",
        "Stop",
        "Stopped before the end.",
        "Run it again",
        "The browser does not allow copying.",
        "The kernel is gone: the race has stopped. What was measured is shown.",
        "The kernel has not been heard of for {seconds} s. It may be busy with something long, or gone.",
        "This is a saved page: running it takes a kernel.",
        "Waiting for the kernel.",
        "seconds: full bars for 1,000 steps, outlined bars for the first call",
        "{percent} %",
    )
}
