"""Text and token ids: the chat format (`chat`), tokenizers (`tokenizer`) and their four kinds (`kinds`)."""
