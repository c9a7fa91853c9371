"""Complete tasks such as linking and downloading: the doctor checks first, then the SDK acts.

These are the only modules that change anything on a server, and they use only the SDK to do it.
"""
