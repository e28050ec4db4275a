"""What the package itself raises; what is wrong with a form or with answers is returned, not raised."""


class UnknownAction(ValueError):
    """There is no button {action} in this form."""

    def __init__(self, action: str) -> None:
        """Take the name of the button."""
        super().__init__((self.__doc__ or "").format(action=action))
        self.action = action
