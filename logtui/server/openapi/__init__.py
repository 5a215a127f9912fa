"""routes, and what is said of each -> one OpenAPI document.

Sentences and paths come from the routes, schemas of bodies from the structs that read them; answers, which are written
without structs, are described here.
"""
