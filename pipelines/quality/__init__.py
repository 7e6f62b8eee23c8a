"""Whether one delivery is what was agreed: contracts, the row pass, the scale alarm.

Belongs here: reading `expectations/*.yaml` and judging received rows by them; the only place that
imports Great Expectations. Does not belong here: how bytes become rows (`connectors`), where judged
rows are kept (`collecting`), and whether what we built is right (dbt tests). If the fix is an
e-mail to a provider, the rule belongs here.
"""
