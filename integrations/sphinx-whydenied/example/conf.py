"""The settings of the sample."""

project = "Acme platform handbook"
extensions = ["sphinx_whydenied"]
html_theme = "alabaster"
whydenied_site = "https://whydenied.example"
