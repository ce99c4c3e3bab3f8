"""Counting: table specifications, the cube, comparable wages."""
