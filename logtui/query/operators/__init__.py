"""Field operators with a file each, which parse a word to a leaf, write it and resolve it; listed in the registry."""
