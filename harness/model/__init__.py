"""An executable reading of RFC 7643 and RFC 7644: what a server may do with a request, and what its answers must show.

Pure: resources and requests come in as JSON values, permitted outcomes go out. Written from the texts; the reference
bridge is written from them, too, and neither knows the other. `docs/reference/model.md` tells what is known.
"""
