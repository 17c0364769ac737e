"""Rules as masks: thin and long strokes, broken and dotted ones, and no letters."""

import numpy as np

from shoufa.readers import table_rules
from unit.readers import papers


def ink(page: np.ndarray) -> np.ndarray:
    return table_rules.dark(page[:, :, 0].copy(), max(page.shape))


def test_rules_lie_and_stand():
    page = papers.blank()
    papers.ruled(page, [200, 900], [300, 600])
    across, down = table_rules.find(ink(page), max(page.shape))
    assert across[300, 250:850].all()
    assert down[350:550, 900].all()
    assert not across[320:580, 250:850].any()


def test_letters_are_no_rules():
    page = papers.blank()
    papers.write(page, "HEIGHT of FILL", 200, 500, 1.2)
    across, down = table_rules.find(ink(page), max(page.shape))
    assert not across.any()
    assert not down.any()


def test_dots_count_as_pieces_where_paper_is_clear_around_them():
    page = papers.blank()
    for x in range(200, 900, 8):
        page[400:402, x : x + 4] = 40
    mask = ink(page)
    nothing = np.zeros_like(mask)
    assert not table_rules.find(mask, max(page.shape))[0].any()
    assert table_rules.with_pieces(nothing, mask, max(page.shape))[401, 240:860].all()


def test_a_rule_does_not_grow_to_the_edge():
    page = papers.blank()
    page[500:502, 60:1100] = 40
    assert not table_rules.level_rules(page[:, :, 0].copy(), max(page.shape))[:, :50].any()
