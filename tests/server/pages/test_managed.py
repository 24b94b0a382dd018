"""AWS's managed policies on the site."""

from flask.testing import FlaskClient


def test_a_policy_has_its_text_date_and_changes(client: FlaskClient) -> None:
    """One page says what the policy is, of which day, and what AWS changed."""
    text = client.get("/managed/ReadOnlyAccess?since=2026-07-01").text
    assert "arn:aws:iam::aws:policy/ReadOnlyAccess" in text
    assert "What AWS changed since 2026-07-01" in text
    assert "&#34;Statement&#34;" in text
    assert client.get("/managed/ReadOnlyAccess.json").get_json()["document"]["Statement"]


def test_a_day_that_is_not_known_is_not_made_up(client: FlaskClient) -> None:
    """It is said by when the version was there; a day that is none is passed over."""
    text = client.get("/managed/AWSBackupFullAccess").text
    assert "<h3>v30 of 2026-02-12</h3>" in text
    assert "<h3>v26, no later than 20" in text
    assert "since 2026-02-30" not in client.get("/managed/AWSBackupFullAccess?since=2026-02-30").text


def test_a_name_or_arn_is_found_by_post(client: FlaskClient) -> None:
    """A known one leads to its page; the ARN of somebody's own policy never gets into an address."""
    answer = client.post("/managed/", data={"name": "arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/managed/AWSGlueServiceRole")
    answer = client.post("/managed/", data={"name": "arn:aws:iam::111122223333:policy/ReadOnlyAcess"})
    assert answer.status_code == 404
    assert "Location" not in answer.headers
    assert '<a href="/managed/ReadOnlyAccess">' in answer.text


def test_an_unknown_name_is_told_the_nearest(client: FlaskClient) -> None:
    """404, with what was meant."""
    answer = client.get("/managed/ReadOnlyAcess")
    assert answer.status_code == 404
    assert "Did you mean ReadOnlyAccess" in answer.text
