"""x"""


def build(tables, facts, context):
    raise NotImplementedError
