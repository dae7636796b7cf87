# The image of every Airflow service in docker-compose.yaml: Airflow, the locked packages, and Dealflow itself.
FROM apache/airflow:3.3.2 AS dealflow

# Exactly the versions the tests ran with; a package that is not what it was then is refused by its hash.
COPY requirements-image.txt /opt/airflow/
RUN pip install --no-cache-dir --no-deps --require-hashes --requirement /opt/airflow/requirements-image.txt

# A new named volume takes its owner from the folder in the image.
RUN mkdir -p /opt/airflow/logs /opt/airflow/storage

# One image, one version of the code: DAGs, what they import and their SQL never come apart.
COPY --chown=airflow:root dags /opt/airflow/dags
COPY --chown=airflow:root plugins /opt/airflow/plugins
COPY --chown=airflow:root include /opt/airflow/include
COPY --chown=airflow:root sql /opt/airflow/sql
COPY --chown=airflow:root dealflow.dist-info /opt/airflow/dealflow.dist-info

ENV PYTHONPATH=/opt/airflow

# The simulators of the demo are in an image of their own and never beside real data.
FROM dealflow AS sandbox
COPY --chown=airflow:root sandbox /opt/airflow/sandbox
