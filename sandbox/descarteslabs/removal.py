"""Products, bands and images that go, and the files with them (sections 5.3, 5.4, 14; D13)."""

from __future__ import annotations

from .records import Image, Product, Removal
from .world import World

KEPT_SECONDS = 3600.0
"""How long a cascade can be asked for after its end."""


def cascade(world: World, product: Product) -> Removal:
    """Remove a product at once, its bands and images after a while."""
    state, now = world.state, world.clock.now()
    forget_product(world, product)
    one = Removal(f"node-a:{482112 + next(state.numbers)}", now, now + world.settings.descarteslabs_cascade_seconds,
                  state.bands_of(product.id), state.images_of(product.id), product.access)
    state.removals[one.handle] = one
    settle_removals(world)
    return one


def forget_product(world: World, product: Product) -> None:
    """Remove a product with the results of its uploads; bands and images stay."""
    del world.state.products[product.id]
    for key in [key for key in world.state.results if key[0] == product.id]:
        del world.state.results[key]


def settle_removals(world: World) -> None:
    """End the cascades that are due; forget those that ended long ago."""
    now = world.clock.now()
    for one in list(world.state.removals.values()):
        if not one.done and now >= one.ends:
            for band in one.bands:
                if world.state.bands.get((band.product, band.name)) is band:
                    del world.state.bands[band.product, band.name]
            for image in one.images:
                if world.state.images.get((image.product, image.key)) is image:
                    remove_image(world, image)
            one.done = True
        if one.done and now >= one.ends + KEPT_SECONDS:
            del world.state.removals[one.handle]


def remove_image(world: World, image: Image) -> None:
    """Remove an image with its stored files (section 7)."""
    del world.state.images[image.product, image.key]
    remove_files(world, image)


def remove_files(world: World, image: Image) -> None:
    """Remove the stored files of an image."""
    for path in image.paths:
        for key in [key for key, stored in world.state.objects.items() if stored.path == path]:
            del world.state.objects[key]
        world.remove_file(path)
    image.paths = []
