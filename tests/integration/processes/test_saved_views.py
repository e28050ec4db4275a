import pytest
from house import actor
from staff import settle

from engine.errors import NotFound
from processes.desk import saved_views
from processes.errors import TooManyViews, ViewUnnamed

LI, HE, ZHOU = actor("li", "sales"), actor("he", "sales"), actor("zhou", "intake")
ASKED = {"view": "group", "sort": "due", "q": "L2609"}


@pytest.fixture
def people(house):
    with house.database.transaction() as session:
        settle(session, {each.id: each.groups for each in (LI, HE, ZHOU)}, ("sales", "intake"))
    return house


def do(house, function, *given, **more):
    with house.database.transaction() as session:
        found = function(session, *given, **more)
        return found.id if found is not None else None


def names(house, who):
    with house.database.reading() as session:
        return [view.name for view in saved_views.of(session, who)]


def test_views_are_ones_own_until_they_are_shared(people):
    do(people, saved_views.save, LI, "  lot   L2609 ", ASKED)
    shared = do(people, saved_views.save, LI, "replies", ASKED, unit="sales")
    do(people, saved_views.save, HE, "own", ASKED)
    assert names(people, LI) == ["lot L2609", "replies"]
    assert names(people, HE) == ["own", "replies"]
    assert names(people, ZHOU) == []
    do(people, saved_views.change, LI, shared, "replies this week")
    assert names(people, HE) == ["own"]


def test_only_the_owner_changes_and_deletes(people):
    number = do(people, saved_views.save, LI, "shared", ASKED, unit="sales")
    for act, given in ((saved_views.change, ("mine now",)), (saved_views.delete, ())):
        with pytest.raises(NotFound):
            do(people, act, HE, number, *given)
    do(people, saved_views.delete, LI, number)
    assert names(people, HE) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_view_has_a_name(people, name):
    with pytest.raises(ViewUnnamed):
        do(people, saved_views.save, LI, name, ASKED)


def test_it_is_shared_with_units_one_is_in_only(people):
    with pytest.raises(NotFound):
        do(people, saved_views.save, LI, "x", ASKED, unit="intake")


def test_there_is_an_end_to_them(people):
    for number in range(saved_views.MOST):
        do(people, saved_views.save, LI, f"v{number}", ASKED)
    with pytest.raises(TooManyViews):
        do(people, saved_views.save, LI, "one more", ASKED)
