-- Which host an event of an instance is about: that host may change it, and no other.

ALTER TABLE instance_actions_events ADD COLUMN host TEXT;
