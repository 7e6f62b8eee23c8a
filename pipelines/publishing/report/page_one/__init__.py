"""Page one's sentences: the rules declared in `reports/page_one.yaml`, and the facts they ask for."""
