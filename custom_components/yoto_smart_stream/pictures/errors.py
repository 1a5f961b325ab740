"""Why there is no picture."""


class PictureError(Exception):
    """There is no picture."""


class PictureUnreachableError(PictureError):
    """It could not be fetched."""


class PictureBrokenError(PictureError):
    """What was fetched is no picture that can be shown."""
