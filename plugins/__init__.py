"""What Airflow needs: hooks, shared operators, pages, and the steps they call."""
