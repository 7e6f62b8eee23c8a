"""The parts of a report, one module each: from an edition's protected tables to the document model."""
