"""Archives of Lunii STUdio that tests make."""

from io import BytesIO
import json
from zipfile import ZIP_DEFLATED, ZipFile


def archive(
    raw: object, files: dict[str, bytes], *, folder: str = "", compress: int = ZIP_DEFLATED
) -> bytes:
    """Return an archive with a `story.json`, unless that is None, and assets."""
    out = BytesIO()
    with ZipFile(out, "w", compression=compress) as file:
        if raw is not None:
            text = raw if isinstance(raw, str | bytes) else json.dumps(raw)
            file.writestr(f"{folder}story.json", text)
        for name, content in files.items():
            file.writestr(f"{folder}assets/{name}", content)
    return out.getvalue()
