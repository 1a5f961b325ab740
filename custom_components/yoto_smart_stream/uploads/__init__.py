"""Audio of the library at Yoto: sending it, and remembering what Yoto made of it."""
