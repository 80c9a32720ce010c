"""What Geodata Pixel holds, as the Hub dock and the Browser show it.

The kinds are those of ``providers/pixel/flows/browse.py``. An algorithm with a choice parameter of a kind
(``kind="project"``, ``kind="collection.raster"`` ...) is in the menus of such entries by itself. What is named here:
``offers``, algorithms in the menu of a heading, which get the data collection or project above it; ``first``, the
order; and, in ``CHANGES``, below which kinds an algorithm changes something, so that the tree is read anew there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...algorithms.files_input import RASTER_SUFFIXES
from ...core.translation import tr
from ...core.uploads import images, point_clouds
from ...providers.pixel.records import DAYS_TO_RESTORE
from ..nodes.description import Fact, NodeKind, Takes
from . import changes
from .forms.words import rules_in_words

Words = Callable[[], str]
CHANGES = changes.CHANGES

_IMAGES = Takes("pixel_uploadimages", images.SUFFIXES)
_RASTERS = Takes("pixel_uploadrasters", RASTER_SUFFIXES, layers=True)
_CLOUDS = Takes("pixel_uploadpointclouds", point_clouds.SUFFIXES)

_PUBLISHED = ("pixel_checkrasters", "pixel_rasterstolayer", "pixel_optimiserasters", "pixel_createimageservice")

_DONE = {
    "pending": lambda: tr("waiting"),
    "submitted": lambda: tr("submitted"),
    "in_progress": lambda: tr("under way"),
    "completed": lambda: tr("done"),
    "failed": lambda: tr("failed"),
}


def _days(count: int) -> Words:
    return lambda: tr("1 day left") if count == 1 else tr("{count} days left").format(count=count)


_LEFT: Mapping[str, Words] = {str(count): _days(count) for count in range(DAYS_TO_RESTORE + 1)}


def _described() -> tuple[Fact, ...]:
    return (
        Fact("description", lambda: tr("Description")),
        Fact("tags", lambda: tr("Tags")),
        Fact("created_at", lambda: tr("Created"), "moment"),
        Fact("updated_at", lambda: tr("Changed"), "moment"),
    )


def _heading(
    kind: str, title: Words, icon: str, empty: Words, *offers: str, takes: Takes | None = None
) -> NodeKind:
    return NodeKind(kind, title, title, icon, group=True, offers=offers, empty=empty, takes=takes)


def _collection(kind: str, title: Words, icon: str, takes: Takes | None, *first: str) -> NodeKind:
    uploads = () if takes is None else (takes.algorithm,)
    return NodeKind(
        f"collection.{kind}",
        title,
        lambda: tr("Data collections"),
        icon,
        edit="pixel_editcollection",
        delete="pixel_deletecollections",
        date="created_at",
        facts=(*_described(), Fact("rules", lambda: tr("Rules for rasters"), words=rules_in_words)),
        empty=lambda: "",
        takes=takes,
        first=(*uploads, *first, "pixel_editcollection", "pixel_movecollections", "pixel_deletecollections"),
    )


def _item(
    kind: str, title: Words, plural: Words, icon: str, *facts: Fact, leaf: bool = True, pictured: bool = False
) -> NodeKind:
    return NodeKind(
        kind,
        title,
        plural,
        icon,
        leaf=leaf,
        pictured=pictured,
        edit=f"pixel_edit{kind.replace('_', '')}",
        delete=f"pixel_delete{kind.replace('_', '')}s",
        date="capture_date",
        empty=lambda: "",
        facts=(
            Fact("capture_date", lambda: tr("Captured"), "moment"),
            *facts,
            Fact("file_name", lambda: tr("File")),
            Fact("file_size", lambda: tr("Size (bytes)")),
            Fact("tags", lambda: tr("Tags")),
            Fact("created_at", lambda: tr("Created"), "moment"),
        ),
    )


def _copy(kind: str, source: str) -> NodeKind:
    return NodeKind(
        kind,
        lambda: tr("Optimised copy"),
        lambda: tr("Optimised copies"),
        "optimisation",
        leaf=True,
        states=_DONE,
        bad=("failed",),
        usual=("completed",),
        facts=(
            Fact(source, lambda: tr("Made of"), "id"),
            Fact("profile", lambda: tr("Profile")),
            Fact("detail", lambda: tr("The platform says")),
        ),
    )


def _service(kind: str, title: Words) -> NodeKind:
    return NodeKind(
        f"service.{kind}",
        title,
        lambda: tr("ArcGIS services"),
        "services",
        leaf=True,
        activate="pixel_addservice",
        edit=f"pixel_edit{kind}service",
        delete="pixel_deleteservice",
        date="created_at",
        states={
            "stopped": lambda: tr("stopped"),
            "starting": lambda: tr("starting"),
            "started": lambda: tr("running"),
            "stopping": lambda: tr("stopping"),
            "refreshing": lambda: tr("being refreshed"),
            "failed": lambda: tr("failed"),
        },
        bad=("failed",),
        facts=(
            Fact("description", lambda: tr("Description")),
            Fact("url", lambda: tr("Address")),
            Fact("gdo_users", lambda: tr("Only for")),
            Fact("created_at", lambda: tr("Created"), "moment"),
        ),
        first=(
            "pixel_addservice", "pixel_startservice", "pixel_stopservice", "pixel_refreshservice",
            f"pixel_edit{kind}service", "pixel_deleteservice",
        ),
    )


KINDS = (
    # ------------------------------------------------------------------ at the top
    _heading(
        "projects", lambda: tr("Projects"), "projects",
        lambda: tr("No project yet. “Create project” in the menu makes one."), "pixel_createproject",
    ),
    _heading(
        "services", lambda: tr("ArcGIS services"), "services",
        lambda: tr("No service yet. Superusers can make one of optimised rasters, or of images."),
        "pixel_createimageservice", "pixel_createfeatureservice", "pixel_listservices", "pixel_listgdousers",
    ),
    _heading(
        "analyses", lambda: tr("Analysis"), "analysis",
        lambda: tr("No analysis service yet. “Create analysis service” in the menu makes one."),
        "pixel_createanalysisservice", "pixel_listanalysismodules",
    ),
    _heading(
        "deleted_projects", lambda: tr("Deleted projects"), "bin",
        lambda: tr("Nothing was deleted in the last {days} days.").format(days=DAYS_TO_RESTORE),
        "pixel_listdeletedprojects",
    ),
    _heading(
        "tenant", lambda: tr("Role and plugins"), "users",
        lambda: tr("The platform tells neither the role nor the plugins."),
        "pixel_listplugins", "pixel_getuser", "pixel_createuser", "pixel_edituser",
    ),
    # ------------------------------------------------------------------ projects and data collections
    NodeKind(
        "project",
        lambda: tr("Project"),
        lambda: tr("Projects"),
        "project",
        edit="pixel_editproject",
        delete="pixel_deleteprojects",
        page=True,
        date="created_at",
        facts=_described(),
        empty=lambda: tr("No data collection in this project. “Create data collection” in the menu makes one."),
        first=(
            "pixel_createcollection", "pixel_createproject", "pixel_editproject", "pixel_moveprojects",
            "pixel_addattachments", "pixel_deleteprojects",
        ),
    ),
    _collection("image", lambda: tr("Images"), "photos", _IMAGES, "pixel_checkimages", "pixel_imagestolayer",
                "pixel_createfeatureservice"),
    _collection("raster", lambda: tr("Rasters"), "rasters", _RASTERS, "pixel_checkrasters", "pixel_rasterstolayer"),
    _collection("raster.RGB", lambda: tr("Orthophotos (RGB)"), "rasters", _RASTERS, *_PUBLISHED),
    _collection("raster.DTM", lambda: tr("Terrain models (DTM)"), "rasters", _RASTERS, *_PUBLISHED),
    _collection("raster.DSM", lambda: tr("Surface models (DSM)"), "rasters", _RASTERS, *_PUBLISHED),
    _collection("point_cloud", lambda: tr("Point clouds"), "point_cloud", _CLOUDS, "pixel_optimisepointclouds"),
    _collection("other", lambda: tr("Data collection"), "collection", None),
    _heading(
        "deleted_collections", lambda: tr("Deleted data collections"), "bin",
        lambda: tr("Nothing was deleted in the last {days} days.").format(days=DAYS_TO_RESTORE),
        "pixel_listdeletedcollections",
    ),
    NodeKind(
        "deleted_project", lambda: tr("Deleted project"), lambda: tr("Deleted projects"), "bin", leaf=True,
        states=_LEFT, activate="pixel_restoreprojects", date="deleted_at",
        facts=(Fact("deleted_at", lambda: tr("Deleted"), "moment"), *_described()),
    ),
    NodeKind(
        "deleted_collection", lambda: tr("Deleted data collection"), lambda: tr("Deleted data collections"), "bin",
        leaf=True, states=_LEFT, activate="pixel_restorecollections", date="deleted_at",
        facts=(Fact("deleted_at", lambda: tr("Deleted"), "moment"), *_described()),
    ),
    # ------------------------------------------------------------------ what is in a data collection
    _heading(
        "images", lambda: tr("Images"), "photos",
        lambda: tr("No image yet. Drag files or folders here to upload them."),
        "pixel_uploadimages", "pixel_imagestolayer", takes=_IMAGES,
    ),
    _heading(
        "rasters", lambda: tr("Rasters"), "rasters",
        lambda: tr("No raster yet. Drag layers, files or folders here to upload them."),
        "pixel_uploadrasters", "pixel_rasterstolayer", takes=_RASTERS,
    ),
    _heading(
        "point_clouds", lambda: tr("Point clouds"), "point_cloud",
        lambda: tr("No point cloud yet. Drag files or folders here to upload them."), "pixel_uploadpointclouds",
        takes=_CLOUDS,
    ),
    _heading(
        "optimized_rasters", lambda: tr("Optimised copies"), "optimisation",
        lambda: tr("No optimised copy yet. ArcGIS Image services need them."), "pixel_optimiserasters",
        "pixel_listoptimised", "pixel_deleteoptimised",
    ),
    _heading(
        "optimized_clouds", lambda: tr("Optimised copies"), "optimisation", lambda: tr("No optimised copy yet."),
        "pixel_optimisepointclouds", "pixel_listoptimised", "pixel_deleteoptimised",
    ),
    _heading(
        "upload_jobs", lambda: tr("Upload jobs"), "uploads", lambda: tr("Nothing was uploaded yet."),
        "pixel_listuploadjobs", "pixel_retryuploads",
    ),
    _heading(
        "harvests", lambda: tr("Harvest services"), "harvest",
        lambda: tr("No harvest service yet. “Create harvest service” in the menu makes one."),
        "pixel_createharvestservice", "pixel_listharvestservices",
    ),
    _heading(
        "attachments", lambda: tr("Attachments"), "attachments", lambda: tr("No attachment yet."),
        "pixel_addattachments", "pixel_listattachments", "pixel_downloadattachments",
        takes=Takes("pixel_addattachments", ()),
    ),
    _item("image", lambda: tr("Image"), lambda: tr("Images"), "photo",
          Fact("image_type", lambda: tr("Type")), leaf=False, pictured=True),
    _item("raster", lambda: tr("Raster"), lambda: tr("Rasters"), "raster",
          Fact("format", lambda: tr("Format")), Fact("data_type", lambda: tr("Data type")),
          Fact("num_bands", lambda: tr("Bands")), Fact("srid", lambda: tr("EPSG code")),
          Fact("width", lambda: tr("Width (pixels)")), Fact("height", lambda: tr("Height (pixels)"))),
    *(
        NodeKind(
            f"found.{kind}", title, plural, icon, leaf=True, date="capture_date", imagery=kind == "raster",
            pictured=kind == "image",
            facts=(
                Fact("project_name", lambda: tr("Project")),
                Fact("data_collection_name", lambda: tr("Data collection")),
                Fact("file_name", lambda: tr("File")),
            ),
        )
        for kind, title, plural, icon in (
            ("raster", lambda: tr("Raster"), lambda: tr("Rasters"), "raster"),
            ("image", lambda: tr("Image"), lambda: tr("Images"), "photo"),
        )
    ),
    _item("point_cloud", lambda: tr("Point cloud"), lambda: tr("Point clouds"), "point_cloud",
          Fact("format", lambda: tr("Format")), Fact("point_record_format", lambda: tr("Point record format"))),
    _copy("optimized", "raster_id"),
    _copy("optimized_cloud", "point_cloud_id"),
    NodeKind(
        "upload_job", lambda: tr("Upload job"), lambda: tr("Upload jobs"), "uploads", leaf=True, date="created_at",
        states={
            "lobby": lambda: tr("not sent"),
            "submitted": lambda: tr("sent"),
            "validating": lambda: tr("being checked"),
            "validated": lambda: tr("checked"),
            "validated_and_moved": lambda: tr("done"),
            "failed": lambda: tr("failed"),
        },
        bad=("failed",),
        usual=("validated_and_moved",),
        facts=(Fact("detail", lambda: tr("The platform says")), Fact("created_at", lambda: tr("Created"), "moment")),
    ),
    NodeKind(
        "attachment", lambda: tr("Attachment"), lambda: tr("Attachments"), "attachments", leaf=True,
        delete="pixel_deleteattachment", activate="pixel_downloadattachments", date="created_at",
        states={"Pending": lambda: tr("not sent"), "Completed": lambda: tr("there")},
        bad=("Pending",),
        usual=("Completed",),
        facts=(
            Fact("description", lambda: tr("Description")), Fact("created_at", lambda: tr("Created"), "moment"),
        ),
    ),
    # ------------------------------------------------------------------ services
    NodeKind(
        "harvest", lambda: tr("Harvest service"), lambda: tr("Harvest services"), "harvest",
        edit="pixel_updateharvestservice", delete="pixel_deleteharvestservice", date="last_run_at",
        states={"running": lambda: tr("running"), "stopped": lambda: tr("stopped")},
        empty=lambda: tr("No task yet. Start the service."),
        facts=(
            Fact("description", lambda: tr("Description")),
            Fact("url", lambda: tr("Source")),
            Fact("where_clause", lambda: tr("Where")),
            Fact("auth_type", lambda: tr("Login")),
            Fact("last_run_at", lambda: tr("Last run"), "moment"),
        ),
        first=(
            "pixel_startharvestservice", "pixel_stopharvestservice", "pixel_updateharvestservice",
            "pixel_listharvesttasks", "pixel_deleteharvestservice",
        ),
    ),
    NodeKind(
        "harvest_task", lambda: tr("Task"), lambda: tr("Tasks"), "harvest", leaf=True, date="created_at",
        states=_DONE, bad=("failed",), usual=("completed",),
        facts=(
            Fact("external_id", lambda: tr("Id in the source")),
            Fact("detail", lambda: tr("The platform says")),
            Fact("created_at", lambda: tr("Created"), "moment"),
        ),
    ),
    _service("image", lambda: tr("Image service")),
    _service("feature", lambda: tr("Feature service")),
    NodeKind(
        "analysis_service", lambda: tr("Analysis service"), lambda: tr("Analysis services"), "analysis",
        edit="pixel_editanalysisservice", delete="pixel_deleteanalysisservice",
        states={"on": lambda: tr("on"), "off": lambda: tr("off")}, usual=("on",),
        empty=lambda: tr("No task yet. “Create analysis task” in the menu makes one."),
        facts=(Fact("module_name", lambda: tr("Module")),),
    ),
    NodeKind(
        "analysis_task", lambda: tr("Task"), lambda: tr("Tasks"), "analysis", leaf=True, date="created_at",
        delete="pixel_deleteanalysistask",
        states={
            "PENDING": lambda: tr("waiting"),
            "SCHEDULED": lambda: tr("scheduled"),
            "RUNNING": lambda: tr("under way"),
            "SUCCESS": lambda: tr("done"),
            "FAILED": lambda: tr("failed"),
            "REVOKED": lambda: tr("revoked"),
        },
        bad=("FAILED",),
        usual=("SUCCESS",),
        facts=(Fact("detail", lambda: tr("The platform says")), Fact("created_at", lambda: tr("Created"), "moment")),
    ),
    # ------------------------------------------------------------------ the tenant
    NodeKind(
        "user", lambda: tr("You"), lambda: tr("Users"), "account", leaf=True, page=True,
        states={
            "viewer": lambda: tr("viewer: reads only"),
            "creator": lambda: tr("creator: uploads and changes"),
            "superuser": lambda: tr("superuser: services and users too"),
        },
        facts=(Fact("username", lambda: tr("User name")), Fact("email", lambda: tr("E-mail"))),
    ),
    NodeKind(
        "plugin", lambda: tr("Plugin"), lambda: tr("Plugins"), "plugin", leaf=True, activate="pixel_listplugins",
        states={"on": lambda: tr("on"), "off": lambda: tr("off: the platform's support switches it on")},
        facts=(Fact("description", lambda: tr("Description")),),
    ),
)
