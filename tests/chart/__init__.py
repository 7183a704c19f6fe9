"""The chart, the images and the compose file, checked by real tools on any machine."""
