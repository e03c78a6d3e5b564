"""Change processes as data: stages that a secretariat names, and the cases that go through them."""
