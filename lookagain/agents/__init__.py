"""One package a method; each is one LangGraph state machine."""
