"""Who may start a process, and who its first task is for."""

import pytest

from engine.values import Severity
from tests.unit.processes.test_planted import planted

INTAKE = ("kb_sales_quality", "complaint_intake.bpmn")
FORM = ' camunda:formRef="F01" camunda:formRefBinding="deployment"'
NO_PAGE = {
    "no form": (FORM, "", '"Register the complaint", which names none: write its id as camunda:formRef'),
    "a form that is worked out": ('formRef="F01"', 'formRef="${severity}"', "which names none"),
    "one person": (f'{FORM} camunda:candidateGroups="intake"', f'{FORM} camunda:assignee="wang"', "which is for wang"),
}


@pytest.mark.parametrize(("old", "new", "said"), NO_PAGE.values(), ids=NO_PAGE)
def test_a_registration_that_would_find_no_page_or_be_refused_is_told_once(old, new, said):
    (found,) = planted(*INTAKE, old, new)
    assert (found.code, found.severity) == ("first_task", Severity.WARNING)
    assert said in str(found)


def test_a_process_of_which_the_first_task_is_for_none_who_start_it_is_warned_of():
    (found,) = planted("change_of_measure", "change_of_measure.bpmn", 'StarterGroups="mgmt_dept"', 'StarterGroups="qc"')
    assert (found.code, found.severity) == ("first_task", Severity.WARNING)
    assert "which qc may start, and none of them does it: name one of them" in str(found)
