"""Vision-language models: one seam, several back-ends, structured output."""

from lookagain.tools.models.backend import Capability, ChatBackend, ScoringBackend
from lookagain.tools.models.ladder import astructured, structured
from lookagain.tools.models.open import ModelSpec, open_model
from lookagain.tools.models.prompts import Prompt, RenderedPrompt, list_prompts, load_prompt
from lookagain.tools.models.request import (
    ImagePart,
    Message,
    ModelReply,
    ModelRequest,
    TextPart,
    TokenUsage,
)

__all__ = [
    "Capability",
    "ChatBackend",
    "ImagePart",
    "Message",
    "ModelReply",
    "ModelRequest",
    "ModelSpec",
    "Prompt",
    "RenderedPrompt",
    "ScoringBackend",
    "TextPart",
    "TokenUsage",
    "astructured",
    "list_prompts",
    "load_prompt",
    "open_model",
    "structured",
]
