"""What people set out to do, from end to end: the doctor looks first, then the SDK does it.

These are the only modules that change anything on a server, and they do it through the SDK alone.
"""
