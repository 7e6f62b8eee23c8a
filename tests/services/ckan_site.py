"""A real CKAN with one package, one datastore table and nothing else; run by CKAN's own interpreter.

`ckan_site.py ckan.ini rows.json` prepares the database, creates what the test collects and serves until it
is stopped. One process for all of it, because each start of CKAN takes seconds.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.plugins.toolkit import get_action
from ckanext.datastore.cli import permissions_sql
from sqlalchemy import create_engine, text
from werkzeug.serving import run_simple


def main() -> None:
    config = load_config(sys.argv[1])
    rows = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    app = make_app(config)
    model.repo.init_db()
    with create_engine(
        config["ckan.datastore.write_url"], isolation_level="AUTOCOMMIT"
    ).connect() as session:
        script = permissions_sql("ckan", "datastore", "ckan", "ckan", "reader")
        lines = [line for line in script.splitlines() if not line.startswith("\\connect")]
        session.execute(text("\n".join(lines).replace(":", "\\:")))
    with app._wsgi_app.test_request_context():
        user = get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        asked = {"user": user, "ignore_auth": True}
        get_action("organization_create")(
            dict(asked), {"name": "comune", "title": "Comune di prova"}
        )
        get_action("package_create")(
            dict(asked),
            {
                "name": "energia",
                "title": "Energia degli edifici",
                "owner_org": "comune",
                "license_id": "cc-by",
            },
        )
        table = get_action("datastore_create")(
            dict(asked),
            {
                "resource": {"package_id": "energia", "name": "letture"},
                "fields": [{"id": name, "type": kind} for name, kind in rows["fields"]],
                "records": rows["records"],
            },
        )
    address = urlsplit(config["ckan.site_url"])
    print(json.dumps({"resource_id": table["resource_id"]}), flush=True)
    run_simple(address.hostname or "127.0.0.1", address.port or 0, app, threaded=True)


if __name__ == "__main__":
    main()
