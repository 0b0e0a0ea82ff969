"""The program that opens winmail.dat inside the sandbox. It imports neither Django nor anything of the application."""
