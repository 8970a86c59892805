"""Data: from problems and documents to packed batches, made by worker processes ahead of the loop.

Every batch is a pure function of (recipe, batch number, mix), so the position in the data is one number
and any number of workers makes the same data. Nothing here imports torch: a worker stays small.
"""
