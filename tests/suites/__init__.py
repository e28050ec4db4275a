"""The public suites of BPMN and DMN, run from a folder where somebody has cloned them; see docs/conformance.md."""
