"""The sample deployment.

An invented one, so that the product can be seen at work. docs/sample.md tells more.
"""
