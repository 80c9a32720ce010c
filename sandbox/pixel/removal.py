"""What goes with something that is deleted for good."""

from __future__ import annotations

from .records import Collection, Project
from .state import KEEP_SECONDS
from .world import World


def remove_image(world: World, number: int) -> None:
    """An image with its file and attachments."""
    one = world.state.images.drop(number)
    world.remove_file(one.file)
    remove_attachments(world, "image", number)


def remove_raster(world: World, number: int) -> None:
    """A raster with its files and optimised copies."""
    one = world.state.rasters.drop(number)
    for path in (one.file, *one.support):
        world.remove_file(path)
    for copy in [each for each in world.state.optimized.of(one.collection) if each.raster == number]:
        remove_optimized(world, copy.id)


def remove_optimized(world: World, number: int) -> None:
    """The optimised copy of a raster."""
    world.remove_file(world.state.optimized.drop(number).file)


def remove_point_cloud(world: World, number: int) -> None:
    """A point cloud with its file and optimised copies."""
    one = world.state.clouds.drop(number)
    world.remove_file(one.file)
    for copy in [each for each in world.state.optimized_clouds.of(one.collection) if each.cloud == number]:
        world.remove_file(world.state.optimized_clouds.drop(copy.id).file)


def remove_attachments(world: World, resource_type: str, number: int) -> None:
    """All attachments of something."""
    state = world.state
    for one in [each for each in state.attachments.values()
                if (each.resource_type, each.resource_id) == (resource_type, number)]:
        world.presigned.close(one.deposit)
        one.deposit.discard()
        world.remove_file(one.file)
        del state.attachments[one.id]


def remove_collection(world: World, one: Collection) -> None:
    """A data collection with all that is in it."""
    state = world.state
    for image in state.images.of(one.id):
        remove_image(world, image.id)
    for raster in state.rasters.of(one.id):
        remove_raster(world, raster.id)
    for cloud in state.clouds.of(one.id):
        remove_point_cloud(world, cloud.id)
    for job in state.upload_jobs.of(one.id):
        for deposit in (job.deposit, *job.support.values()):
            world.presigned.close(deposit)
            deposit.discard()
        state.upload_jobs.drop(job.id)
    for harvest in state.harvest.of(one.id):
        state.harvest.drop(harvest.id)
    remove_attachments(world, "data_collection", one.id)
    del state.collections[one.id]


def remove_project(world: World, one: Project) -> None:
    """A project with its data collections and the projects below it."""
    state = world.state
    for child in state.children(one.id):
        remove_project(world, child)
    for collection in [each for each in state.collections.values() if each.project == one.id]:
        remove_collection(world, collection)
    remove_attachments(world, "project", one.id)
    del state.projects[one.id]


def purge(world: World) -> bool:
    """Remove what was deleted 60 days ago (section 12). True when there was any."""
    state, limit = world.state, world.clock.now() - KEEP_SECONDS
    projects = [one for one in state.projects.values() if one.deleted is not None and one.deleted <= limit]
    for project in projects:
        if project.id in state.projects:
            remove_project(world, project)
    collections = [one for one in state.collections.values() if one.deleted is not None and one.deleted <= limit]
    for collection in collections:
        remove_collection(world, collection)
    return bool(projects or collections)
