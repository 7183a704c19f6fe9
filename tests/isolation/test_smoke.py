from world import World


def test_x(world: World) -> None:
    assert world.as_("ann").get("/cases").json()["items"] == []
    r = world.as_("ann").post("/cases", {"subject": "S", "body": "B"})
    assert r.status_code == 201, r.text
