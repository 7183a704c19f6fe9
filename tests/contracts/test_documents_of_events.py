"""What is generated from the events is in step with them, and every event has somebody to hear it."""

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent.parent


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tools_events", ROOT / "tools" / "events.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_events_says_what_the_code_says() -> None:
    written = (ROOT / "docs" / "events.md").read_text()
    assert written == generator().document(), "run `python tools/events.py`"


def test_every_event_is_heard_by_a_queue_that_outlives_its_process() -> None:
    deaf = [name for name, services in generator().hearers().items() if not services]
    assert not deaf, f"nobody hears {deaf}: publishing them would be an alarm each time"
