"""Net Zero Districts: from what utilities, portals and surveys send to a monthly report of KPIs."""
