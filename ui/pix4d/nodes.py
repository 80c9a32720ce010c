"""What PIX4D cloud holds, as the Hub dock and the Browser show it.

The kinds are those of ``providers/pix4d/flows/browse.py``. An algorithm with a choice parameter of a kind
(``kind="project"`` ...) is in the menus of such entries by itself. What is named here: ``offers``, algorithms in the
menu of a heading, which get the project above it; ``first``, the order; and ``CHANGES``, below which kinds an
algorithm changes something, so that the tree is read anew there.
"""

from __future__ import annotations

from ...core.messages.pix4d_outputs import states, title
from ...core.translation import tr
from ...providers.pix4d.output_types import Home
from ..nodes.description import Fact, NodeKind


def _uuid() -> Fact:
    return Fact("uuid", lambda: tr("Uuid"), "id")


_HOMES = {
    Home.STREAMED: (lambda: tr("Cloud-optimised raster"), "raster"),
    Home.RASTER: (lambda: tr("Raster"), "raster"),
    Home.POINT_CLOUD: (lambda: tr("Point cloud"), "point_cloud"),
    Home.SCENE: (lambda: tr("Tiled scene"), "mesh"),
    Home.CONTOURS: (lambda: tr("Contour lines"), "vector_layer"),
    Home.CAMERAS: (lambda: tr("Cameras"), "photo"),
    Home.PROJECT: (lambda: tr("OPF project"), "archive"),
    Home.REPORT: (lambda: tr("Report"), "report"),
    Home.ARCHIVE: (lambda: tr("Archive"), "archive"),
    Home.MODEL: (lambda: tr("3D model"), "mesh"),
    Home.PICTURE: (lambda: tr("Picture"), "photo"),
    Home.FACTS: (lambda: tr("Facts"), "report"),
}


def _output(home: Home) -> NodeKind:
    sort, picture = _HOMES[home]
    return NodeKind(
        f"output.{home.value}",
        sort,
        lambda: tr("Outputs"),
        picture,
        leaf=True,
        activate="pix4d_downloadresults" if home in (Home.SCENE, Home.PROJECT) else "pix4d_downloadoutput",
        delete="pix4d_deleteoutputs",
        page=True,
        states={name: lambda name=name: states()[name] for name in states()},
        usual=("done",),
        named=lambda entry: title(entry.name),
        facts=(
            Fact("output_type", lambda: tr("Type")),
            Fact("result_type", lambda: tr("Belongs to")),
            Fact("s3_key", lambda: tr("Storage key")),
        ),
    )


_DRIVE = ("pix4d_createproject", "pix4d_createsite", "pix4d_createfolder")

KINDS = (
    NodeKind(
        "organizations",
        lambda: tr("Drive"),
        lambda: tr("Drive"),
        "drive",
        group=True,
        empty=lambda: tr(
            "No organisation is known. Give the uuid of yours in the connection, under Settings > Options > Imagery"
            " Hub."
        ),
    ),
    NodeKind(
        "sites",
        lambda: tr("All sites"),
        lambda: tr("All sites"),
        "sites",
        group=True,
        offers=("pix4d_createsite",),
        empty=lambda: tr("No site yet. “Create site” in the menu makes one."),
    ),
    NodeKind(
        "projects",
        lambda: tr("All projects"),
        lambda: tr("All projects"),
        "projects",
        group=True,
        offers=("pix4d_createproject",),
        empty=lambda: tr("No project yet. “Create project” in the menu makes one."),
        photos="pix4d_createproject",
    ),
    NodeKind(
        "organization",
        lambda: tr("Organisation"),
        lambda: tr("Organisations"),
        "account",
        first=(*_DRIVE, "pix4d_listaccess", "pix4d_inviteusers"),
        empty=lambda: tr("The drive is empty. “Create project” in the menu begins."),
        photos="pix4d_createproject",
    ),
    NodeKind(
        "user",
        lambda: tr("Your drive"),
        lambda: tr("Your drive"),
        "account",
        empty=lambda: tr("The drive is empty."),
    ),
    NodeKind(
        "folder",
        lambda: tr("Folder"),
        lambda: tr("Folders"),
        "folder",
        edit="pix4d_renamefolder",
        delete="pix4d_deletefolder",
        date="drive_date",
        facts=(Fact("drive_date", lambda: tr("Date"), "moment"),),
        empty=lambda: tr("Nothing in this folder."),
        first=(*_DRIVE, "pix4d_renamefolder", "pix4d_moveindrive", "pix4d_inviteusers", "pix4d_deletefolder"),
        photos="pix4d_createproject",
    ),
    NodeKind(
        "site",
        lambda: tr("Site"),
        lambda: tr("Sites"),
        "site",
        edit="pix4d_editsite",
        delete="pix4d_deletesite",
        page=True,
        date="latest_project_date",
        facts=(
            Fact("latest_project_date", lambda: tr("Latest project"), "moment"),
            Fact("project_count", lambda: tr("Projects")),
            Fact("latitude", lambda: tr("Latitude")),
            Fact("longitude", lambda: tr("Longitude")),
            _uuid(),
        ),
        empty=lambda: tr("No project in this site. “Move in the drive” in the menu of a project brings one here."),
        first=(
            "pix4d_createproject", "pix4d_addsite", "pix4d_editsite", "pix4d_moveindrive", "pix4d_inviteusers",
            "pix4d_deletesite",
        ),
        photos="pix4d_createproject",
    ),
    NodeKind(
        "project",
        lambda: tr("Project"),
        lambda: tr("Projects"),
        "project",
        edit="pix4d_editproject",
        delete="pix4d_deleteproject",
        pictured=True,
        page=True,
        date="acquisition_date",
        states={
            "CREATED": lambda: tr("empty"),
            "UPLOADED": lambda: tr("not processed"),
            "PROCESSING": lambda: tr("processing"),
            "DONE": lambda: tr("processed"),
            "ERROR": lambda: tr("failed"),
        },
        bad=("ERROR",),
        usual=("DONE",),
        empty=lambda: "",
        facts=(
            Fact("acquisition_date", lambda: tr("Captured"), "moment"),
            Fact("create_date", lambda: tr("Created"), "moment"),
            Fact("image_count", lambda: tr("Photos")),
            Fact("project_type", lambda: tr("Type")),
            Fact("display_detailed_status", lambda: tr("The platform says")),
            Fact("error_reason", lambda: tr("Why it failed")),
            _uuid(),
        ),
        first=(
            "pix4d_uploadphotos",
            "pix4d_startprocessing",
            "pix4d_measurevolumes",
            "pix4d_getannotations",
            "pix4d_pushannotations",
            "pix4d_editproject",
            "pix4d_moveindrive",
            "pix4d_inviteusers",
            "pix4d_deleteproject",
        ),
        photos="pix4d_uploadphotos",
    ),
    NodeKind(
        "photos",
        lambda: tr("Photos"),
        lambda: tr("Photos"),
        "photos",
        group=True,
        offers=(
            "pix4d_uploadphotos", "pix4d_uploaddepthmaps", "pix4d_uploadarchive", "pix4d_listphotos", "pix4d_phototags",
        ),
        empty=lambda: tr("No photo is registered in this project."),
        photos="pix4d_uploadphotos",
    ),
    NodeKind(
        "outputs",
        lambda: tr("Outputs"),
        lambda: tr("Outputs"),
        "results",
        group=True,
        offers=("pix4d_downloadresults", "pix4d_registeroutput"),
        empty=lambda: tr("No output yet. They come when the project was processed."),
    ),
    NodeKind(
        "annotations",
        lambda: tr("Annotations"),
        lambda: tr("Annotations"),
        "annotations",
        group=True,
        offers=("pix4d_getannotations", "pix4d_pushannotations", "pix4d_deleteallannotations"),
        empty=lambda: tr("No annotation on this project."),
    ),
    NodeKind(
        "gcps",
        lambda: tr("Control points"),
        lambda: tr("Control points"),
        "control_points",
        group=True,
        offers=("pix4d_registergcps", "pix4d_changegcps", "pix4d_listgcps"),
        empty=lambda: tr("No control point in this project."),
    ),
    NodeKind(
        "mtps",
        lambda: tr("Tie points"),
        lambda: tr("Tie points"),
        "control_points",
        group=True,
        offers=("pix4d_registermtps", "pix4d_listmtps"),
        empty=lambda: tr("No manual tie point in this project."),
    ),
    NodeKind(
        "photo",
        lambda: tr("Photo"),
        lambda: tr("Photos"),
        "photo",
        delete="pix4d_deletephotos",
        pictured=True,
        leaf=True,
        page=True,
        states={"used": lambda: tr("used"), "excluded": lambda: tr("left out of processing")},
        usual=("used",),
        facts=(
            Fact("width", lambda: tr("Width (pixels)")),
            Fact("height", lambda: tr("Height (pixels)")),
            Fact("s3_key", lambda: tr("Storage key")),
        ),
    ),
    NodeKind(
        "annotation",
        lambda: tr("Annotation"),
        lambda: tr("Annotations"),
        "annotations",
        delete="pix4d_deleteannotations",
        leaf=True,
        page=True,
        date="modified",
        states={
            "Point": lambda: tr("point"),
            "LineString": lambda: tr("line"),
            "Polygon": lambda: tr("polygon"),
            "Circle": lambda: tr("circle"),
        },
        facts=(
            Fact("description", lambda: tr("Description")),
            Fact("color", lambda: tr("Colour")),
            Fact("created", lambda: tr("Created"), "moment"),
            Fact("modified", lambda: tr("Changed"), "moment"),
        ),
    ),
    NodeKind(
        "gcp",
        lambda: tr("Control point"),
        lambda: tr("Control points"),
        "control_point",
        edit="pix4d_editgcp",
        delete="pix4d_deletegcps",
        leaf=True,
        states={"GCP": lambda: tr("control point"), "CHECKPOINT": lambda: tr("checkpoint")},
        usual=("GCP",),
        facts=(
            Fact("x", lambda: tr("X (east)")),
            Fact("y", lambda: tr("Y (north)")),
            Fact("z", lambda: tr("Z (height)")),
            Fact("xy_accuracy", lambda: tr("Horizontal accuracy")),
            Fact("z_accuracy", lambda: tr("Vertical accuracy")),
        ),
    ),
    NodeKind(
        "mtp",
        lambda: tr("Tie point"),
        lambda: tr("Tie points"),
        "control_point",
        edit="pix4d_editmtp",
        delete="pix4d_deletemtps",
        leaf=True,
        states={"CHECKPOINT": lambda: tr("checkpoint")},
        facts=(
            Fact("x", lambda: tr("X (east)")),
            Fact("y", lambda: tr("Y (north)")),
            Fact("z", lambda: tr("Z (height)")),
        ),
    ),
    *(_output(home) for home in Home),
)

_EVERYWHERE = ("organization", "user", "folder", "projects", "site")
#: Below which kinds of entries an algorithm changes something.
CHANGES = {
    "pix4d_pushannotations": ("annotations",),
    "pix4d_deleteannotations": ("annotations",),
    "pix4d_deleteallannotations": ("annotations",),
    "pix4d_registergcps": ("gcps",),
    "pix4d_changegcps": ("gcps",),
    "pix4d_editgcp": ("gcps",),
    "pix4d_deletegcps": ("gcps",),
    "pix4d_registermtps": ("mtps",),
    "pix4d_editmtp": ("mtps",),
    "pix4d_deletemtps": ("mtps",),
    "pix4d_startprocessing": ("outputs", *_EVERYWHERE),
    "pix4d_followprocessing": ("outputs", *_EVERYWHERE),
    "pix4d_registeroutput": ("outputs",),
    "pix4d_registeroutputs": ("outputs",),
    "pix4d_deleteoutputs": ("outputs",),
    "pix4d_uploadphotos": ("photos", *_EVERYWHERE),
    "pix4d_uploaddepthmaps": ("photos", *_EVERYWHERE),
    "pix4d_uploadarchive": ("photos", *_EVERYWHERE),
    "pix4d_excludephotos": ("photos",),
    "pix4d_deletephotos": ("photos", *_EVERYWHERE),
    "pix4d_createfolder": ("organization", "user", "folder"),
    "pix4d_renamefolder": ("organization", "user", "folder"),
    "pix4d_deletefolder": (*_EVERYWHERE, "sites"),
    "pix4d_createsite": ("organization", "user", "folder", "sites"),
    "pix4d_editsite": ("organization", "user", "folder", "sites"),
    "pix4d_deletesite": (*_EVERYWHERE, "sites"),
    "pix4d_createproject": (*_EVERYWHERE, "sites"),
    "pix4d_editproject": _EVERYWHERE,
    "pix4d_deleteproject": (*_EVERYWHERE, "sites"),
    "pix4d_moveindrive": (*_EVERYWHERE, "sites"),
}
