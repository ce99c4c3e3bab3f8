"""Backups of a whole deployment (databases, the program's folder, the publications), and bringing one back."""
