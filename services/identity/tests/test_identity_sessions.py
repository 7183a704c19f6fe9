"""Logging in, being somebody, and being nobody again."""

from dirty_equals import IsPartialDict


async def test_ann_logs_in_and_is_known_f032(acme):
    answer = await acme.log_in()
    assert answer.status_code == 201, answer.text
    found = await acme.resolve(answer.json()["token"])
    assert found.status_code == 200, found.text
    print(found.json())
    assert found.json()["caller"] == IsPartialDict(kind="contact", name="Ann Archer")
    ended = await acme.gateway.post("/internal/sessions/end", {"token": answer.json()["token"]})
    assert ended.status_code == 204
    assert (await acme.resolve(answer.json()["token"])).status_code == 404
