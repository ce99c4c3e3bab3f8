"""Months on the services of ``docker-compose.yml`` while these die: what Airflow and Celery themselves do."""
