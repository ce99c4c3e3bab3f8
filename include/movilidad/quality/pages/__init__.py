"""Pages for operators: what each examination of a source found, in counts. Internal, never published."""
