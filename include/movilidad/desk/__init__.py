"""The release desk: pages among Airflow's own that say where everything stands and what waits for a person.

It reads. Whatever is done is done in Airflow, where its links lead; its addresses are ``alerts.desk_pages``.
The face of the room is ``desk.app.desk``, which knows nothing of Airflow but who looks.
"""
