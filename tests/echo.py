"""A program for the tests of `cogling.processes`: says each message again, in parts; `die` ends it."""

import os

from cogling.processes import asked, say

for message in asked():
    if message["text"] == "die":
        os._exit(3)
    for letter in message["text"]:
        say({"letter": letter})
    say({"end": True, "seed": os.environ["PYTHONHASHSEED"]})
