"""The many cases of the demo, before anybody plays them: as a company has them, and the same ones each time."""

from collections import Counter

from processes.demo import shipped
from processes.kb_sales_quality.demo import crowd
from processes.kb_sales_quality.demo.stories import read


def test_some_two_hundred_over_three_months_of_sales_mostly():
    told = shipped.stories()
    assert 200 <= len(told) <= 260
    assert Counter(demo.process for demo, _story in told)["complaint_intake"] > len(told) / 2
    assert max(story.day for _demo, story in told) <= crowd.DAYS


def test_a_few_products_make_many_complaints_and_one_defect_has_a_wave():
    every = read()
    products = Counter(story.topic["product"] for story in every)
    assert len(products) > 20
    assert sum(count for _product, count in products.most_common(4)) > len(every) / 4
    cracks = [
        story.day for story in every if story.topic["product"] == "GF-220" and story.topic["category"] == "equipment"
    ]
    thirds = Counter(day * 3 // crowd.DAYS for day in cracks if day < crowd.DAYS)
    assert thirds[1] > thirds[0] > 0 < thirds[2] < thirds[1]
    assert len({story.customer["name"] for story in every}) > 20


def test_most_go_smoothly_and_some_do_not():
    many = [story for story in read() if story.key.startswith("M")]
    smooth = [story for story in many if not (story.withdraw or story.refuse or story.dispute or story.unhappy)]
    assert len(many) == crowd.CASES
    assert 0.6 < len(smooth) / len(many) < 0.95
    assert {story.withdraw for story in many} > {None}
    assert any(story.unresolved for story in many)
    assert all(story.day > 1 for story in many)


def test_drawn_again_they_are_the_same():
    assert read() == read()


def test_the_few_are_among_the_many():
    few, every = shipped.stories(few=True), shipped.stories()
    assert {story.key for _demo, story in few} < {story.key for _demo, story in every}
    assert len(few) < 80
    assert {demo.process for demo, _story in few} == {demo.process for demo, _story in every}
