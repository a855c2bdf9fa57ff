"""Reading and writing files of samples: streams in both directions, no Django."""
