"""The predicates of scenes, each with its geometric definition and tolerance."""

from lookagain.tools.scene.relations.support import supporters
from lookagain.tools.scene.relations.table import RELATIONS, Relation, facts_of, holds

__all__ = ["RELATIONS", "Relation", "facts_of", "holds", "supporters"]
