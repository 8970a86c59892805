"""Text from a decoder: how a token is chosen (`sampling`), and prompts to replies (`engine`)."""
