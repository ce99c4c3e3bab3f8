"""The evaluations of the platforms as a series of releases: what is particular to it; the stages do the rest."""
