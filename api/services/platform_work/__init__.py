"""The occupational-injury pilot for platform workers."""
