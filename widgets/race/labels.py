"""The words on the race's own controls. The front end has none of its own; English is the key."""

from widgets.common.catalogue import words

WORDS = words(
    lambda _: (
        _("Code"),
        _("Copied."),
        _("Copy"),
        _("Code of {name}"),
        _("Contestants"),
        _("Progress"),
        _("Start the race"),
        _("Stop"),
        _("Stopped before the end."),
        _("Run it again"),
        _("The browser does not allow copying."),
        _("The kernel is gone: the race has stopped. What was measured is shown."),
        _("The kernel has not been heard of for {seconds} s. It may be busy with something long, or gone."),
        _("This is a saved page: running it takes a kernel."),
        _("Waiting for the kernel."),
        _("seconds: full bars for 1,000 steps, outlined bars for the first call"),
        _("{percent} %"),
    )
)
