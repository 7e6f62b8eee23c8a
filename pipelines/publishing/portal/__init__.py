"""The portal: one static site over all editions of a home, and the server that shows it on this machine."""
