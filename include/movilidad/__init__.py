"""Official statistics on people who go abroad for temporary work.

The library behind the Airflow project. It never imports Airflow; its rooms import downwards only:
``cli``, ``stack``, ``demo`` → ``publishing`` → ``reports`` → ``disclosure`` → ``statistics`` → ``quality`` →
``sources`` → ``store`` → ``model``.
"""

__version__ = "0.1.0"
