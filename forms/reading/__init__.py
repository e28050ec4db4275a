"""Reading form files, as the form editor of the Camunda Modeler writes them."""
