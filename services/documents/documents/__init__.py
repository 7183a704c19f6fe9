"""Files: uploaded, checked, linked, downloaded."""
