"""How much a source may hand over and how long it may take; beyond that the reading ends with a message.

Real deliveries are far below: the largest is a file of 4 MB with 310,000 cells. How many cells a data set may have
is a setting, ``celdas_maximas``.
"""

MIB = 1024 * 1024

#: a CSV file, or all pages of a data set together; taken apart, they need ten times as much memory
LARGEST_FILE = 128 * MIB
#: JSON and XML are taken apart as a whole, at up to thirty bytes of memory for each of theirs
LARGEST_DOCUMENT = 32 * MIB
#: all that a workbook holds, unpacked: more than a million cells
LARGEST_WORKBOOK = 64 * MIB
#: tables get ten to fifty times smaller when packed; what gets a thousand times smaller was made to swell
LARGEST_RATIO = 200
#: lists and objects one within the other in a record, and what they hold in all; real records have two and a dozen
DEEPEST_RECORD, FULLEST_RECORD = 8, 10_000
#: of a table; the widest real one has 24
MOST_COLUMNS = 1_000
#: a hundred times those of the longest register
MOST_PAGES = 10_000

#: letters of a text: what is longer is no name of anything
LONGEST_TEXT = 5_000
#: letters of a record's key: it must fit into an index of the warehouse (2,704 bytes)
LONGEST_KEY = 200

#: seconds until the next bytes come, and until a connection to a database stands
STEP_SECONDS, CONNECT_SECONDS = 30.0, 10.0
#: seconds for one request with all its attempts, and for one query or file
REQUEST_SECONDS, QUERY_SECONDS = 120.0, 600.0
