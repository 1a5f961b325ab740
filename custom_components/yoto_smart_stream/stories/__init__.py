"""Stories as they live in Home Assistant: kept, spoken, published, and told on players."""
