"""Rows as grids, whatever the rows claim."""

import pytest

from shoufa.domain.errors import Unreadable
from shoufa.readers.tables import MAX_SPAN, RowCell, Span, from_edges, laid


def test_spans_push_later_cells_aside():
    table = laid([[Span("a", rowspan=2), Span("b", colspan=2)], [Span("c"), Span("d")]])
    assert [(c.row, c.col, c.text) for c in table.cells] == [(0, 0, "a"), (0, 1, "b"), (1, 1, "c"), (1, 2, "d")]


def test_endless_spans_stop_at_the_last_column():
    table = laid([[Span("a", colspan=10**9), Span("b")], [Span("c")]])
    assert [(c.row, c.col, c.colspan) for c in table.cells] == [(0, 0, MAX_SPAN), (1, 0, 1)]


def test_a_grid_of_too_many_places_is_refused():
    with pytest.raises(Unreadable) as caught:
        laid([[Span("a", colspan=511), Span("b")]] * 9000)
    assert caught.value.code == "too-large"


def test_near_edges_are_one_line():
    rows = [[RowCell("a", 0, 1000), RowCell("b", 1000, 2000)], [RowCell("c", 10, 1995)]]
    assert [(c.row, c.col, c.colspan, c.text) for c in from_edges(rows).cells] == [(0, 0, 1, "a"), (0, 1, 1, "b"), (1, 0, 2, "c")]
