"""Files of versions to be kept: one by one, or all of a version."""

from pathlib import PurePosixPath

from flask import Response

from engine import deployments as deployed
from processes import archives
from web.admin.entrance import blueprint
from web.shell import here


@blueprint.get("/deployments/<int:deployment_id>/files.zip")
def whole(deployment_id: int) -> Response:
    """A whole version as a zip file, to be changed and uploaded again."""
    with here.reading() as session:
        found = deployed.get_deployment(session, deployment_id)
        files = deployed.get_files(session, deployment_id)
    response = Response(archives.packed(files), content_type="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"{found.name}-{found.version}.zip")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blueprint.get("/deployments/<int:deployment_id>/files/<path:path>")
def file(deployment_id: int, path: str) -> Response:
    """A file of a deployment to be kept, byte by byte as it was deployed; never shown as a page."""
    with here.reading() as session:
        content = deployed.get_resource(session, deployment_id, path)
    response = Response(content, content_type="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=PurePosixPath(path).name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
