"""The drill: simulated months through a whole running Airflow, with and without faults, alerts by real mail."""
