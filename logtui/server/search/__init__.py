"""parameters of a search -> a request to the dataset of the store -> one JSON answer."""
