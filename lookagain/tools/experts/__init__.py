"""Experts: small, checkable seers. Each kind is a package of its own and is imported where it is used."""

__all__: tuple[str, ...] = ()
