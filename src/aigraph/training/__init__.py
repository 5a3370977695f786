"""Training of the package's own weights from annotated documents; needs the `train` extra, never used at run time."""

from aigraph.training.run import TrainingReport, train

__all__ = ["TrainingReport", "train"]
