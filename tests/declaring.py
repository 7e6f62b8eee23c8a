"""The beginning of a district file, up to its sources, for tests that declare their own."""

PROVA = """\
id: prova
name: Prova
city: Prova
boundary:
  - {version: "1", valid_from: 2024-01-01, municipalities: ["100005"],
     description: {it: prova, en: test}}
sources:
"""
