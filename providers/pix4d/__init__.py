"""PIX4D cloud: photos to orthomosaics, surface models and volumes (its notes: ``pix4d.md``)."""
