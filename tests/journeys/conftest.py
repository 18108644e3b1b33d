# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fixtures of the journeys through the suite."""

import pytest
from story import tell


@pytest.fixture
def admin(login):
    """Page of the administrator on a database with the story."""
    page = login("admin")
    page.story = tell(page)
    return page


@pytest.fixture
def manager(login):
    """Page of the demo company's sales manager, who works in German."""
    return login("lena.leitung", timezone_id="Europe/Berlin", locale="de-DE")


@pytest.fixture(params=["en", "de"])
def reader(request, login):
    """Page of somebody who reads English (the administrator), then German (the sales manager).

    ``reader.tongue`` is "en" or "de".
    """
    if request.param == "en":
        page = login("admin", locale="en-US", timezone_id="Europe/Berlin")
    else:
        page = login("lena.leitung", locale="de-DE", timezone_id="Europe/Berlin")
    page.tongue = request.param
    return page
