"""What leaves by mail: reports, notes, previews, digests, nudges; from frozen editions, never twice."""
