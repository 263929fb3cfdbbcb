"""How a drawing gets into the browser: bytes, mounts and the modules in ``browser/``."""
