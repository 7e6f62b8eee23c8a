"""What a report says, before anyone decides how it looks: the document model and its sections."""
