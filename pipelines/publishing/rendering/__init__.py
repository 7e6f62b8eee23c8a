"""An edition as files that people open: HTML, PDF, XLSX."""
