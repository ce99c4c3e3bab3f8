"""The whole system on one machine: embedded database, simulated platforms, Airflow's processes."""
