from movilidad.disclosure.suppression_search import Search
from movilidad.disclosure.system import Flags
def improve(search: Search) -> Flags:
    return search.hidden
