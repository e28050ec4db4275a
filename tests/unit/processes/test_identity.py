"""What is remembered of declarations is found by the very same ones, not by others that read alike."""

from processes.identity import Same


def test_it_is_the_same_only_with_the_same_objects():
    one, other = ["a"], ["a"]
    assert one == other
    assert Same((one,)) == Same((one,))
    assert hash(Same((one,))) == hash(Same((one,)))
    assert Same((one,)) != Same((other,))
    assert Same((one,)) != (one,)
