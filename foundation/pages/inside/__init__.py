"""The programs that run inside the sandbox, on one foreign file each. They import neither Django nor anything of the application."""
