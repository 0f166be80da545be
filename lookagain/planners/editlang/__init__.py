"""EditLang: what may be said about a scene and done to it, and plans found backward from a goal."""
