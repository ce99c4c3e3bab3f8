"""Where releases go besides the publication folder: other folders, object stores, SFTP, CKAN, pages of others."""
