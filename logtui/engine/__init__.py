"""sources -> lines -> formats -> query: joins the stages and owns every thread."""
