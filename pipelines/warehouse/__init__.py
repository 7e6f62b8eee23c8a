"""From current rows to marts: what is declared as tables, dbt in this process, marts as Parquet.

Belongs here: running dbt and what it reads and leaves. Does not belong here: any formula (the dbt
models), anything that a reader of the report may see (`publishing`).
"""
