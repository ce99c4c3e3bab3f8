"""The open data of a release in the forms that others read: each made from finished sheets alone."""
