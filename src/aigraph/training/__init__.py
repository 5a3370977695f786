"""Training of the package's own weights from annotated documents; needs the `train` extra, never used at run time."""
