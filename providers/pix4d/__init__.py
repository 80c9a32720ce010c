"""PIX4D cloud: photos to orthomosaics, surface models and volumes (notes ``pix4d.md``, contract ``pix4d.openapi.yaml``)."""
