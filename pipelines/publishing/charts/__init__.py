"""The charts of the document model as SVG."""
