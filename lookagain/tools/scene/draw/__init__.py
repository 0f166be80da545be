"""Pictures of scenes: a plan from above, a view in perspective, and one to move about in."""

from lookagain.tools.scene.draw.interactive import interactive_page, interactive_view, view_script
from lookagain.tools.scene.draw.perspective import perspective_view
from lookagain.tools.scene.draw.top import top_view

__all__ = ["interactive_page", "interactive_view", "perspective_view", "top_view", "view_script"]
