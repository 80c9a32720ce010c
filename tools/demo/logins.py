"""How the plugin finds the sandbox without saved connections."""

from __future__ import annotations

from typing import Any


def variables(ready: dict[str, Any]) -> dict[str, str]:
    """The environment variables of all five platforms; ``ready`` is what the sandbox says when it has started."""
    pix4d, pixel, catalog = ready["pix4d"], ready["pixel"], ready["descarteslabs"]
    return {
        "PICTERRA_API_KEY": ready["picterra"]["key"],
        "PICTERRA_BASE_URL": ready["address"],
        "PIX4D_CLIENT_ID": pix4d["client_id"],
        "PIX4D_CLIENT_SECRET": pix4d["client_secret"],
        "PIX4D_BASE_URL": pix4d["root"],
        "PIX4D_WEBGIS_URL": pix4d["root"],
        "PIX4D_EMBED_URL": pix4d["root"],
        "PIX4D_S3_ENDPOINT": pix4d["storage"],
        "PIXEL_USERNAME": pixel["username"],
        "PIXEL_PASSWORD": pixel["password"],
        "PIXEL_TENANT": pixel["tenant"],
        "PIXEL_API_URL": pixel["root"],
        "PIXEL_AUTH_SERVER_URL": pixel["login"],
        "PIXEL_SERVICES_URL": pixel["services"],
        "PIXXEL_API_KEY": ready["pixxel"]["api_key"],
        "PIXXEL_BASE_URL": ready["pixxel"]["root"],
        "DESCARTESLABS_URL": catalog["root"],
        "DESCARTESLABS_CLIENT_ID": catalog["client_id"],
        "DESCARTESLABS_REFRESH_TOKEN": catalog["refresh_token"],
    }
