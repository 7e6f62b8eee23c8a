"""An edition as open data: tables, Frictionless Data Package, DCAT-AP_IT."""
