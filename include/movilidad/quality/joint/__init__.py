"""The two suites that belong to no source: of the core (all sources of a month) and of finished tables."""

from movilidad.quality.joint.judging import joint_suites, judge_joint, load_joint

__all__ = ["joint_suites", "judge_joint", "load_joint"]
