-- Canvas's side of the mirror, in its own words: read, never written (docs/adr/0001-one-mirror.md).
CREATE VIEW canvas_mappings AS
SELECT
  mirror.entity AS local_id,
  mirror.account AS account,
  mirror.remote_kind AS entity_type,
  mirror.remote_id AS canvas_id,
  CASE
    WHEN EXISTS (SELECT 1 FROM conflicts WHERE conflicts.entity = mirror.entity) THEN 'conflict'
    WHEN coalesce(ours.vector, '{}') = coalesce(theirs.vector, '{}') THEN 'in_sync'
    ELSE 'pending_to_canvas'
  END AS sync_status
FROM mirror
JOIN accounts ON accounts.id = mirror.account AND accounts.site = 'canvas'
LEFT JOIN version_vectors ours ON ours.entity = mirror.entity AND ours.holder = 'local'
LEFT JOIN version_vectors theirs ON theirs.entity = mirror.entity AND theirs.holder = mirror.account;

CREATE VIEW canvas_fields AS
SELECT
  core_entities.id AS local_id,
  fields ->> '$.unlock_at.time' AS unlock_at,
  fields ->> '$.lock_at.time' AS lock_at,
  fields ->> '$.due_at.time' AS due_at,
  core_entities.position AS position,
  fields ->> '$.published.flag' AS published,
  fields ->> '$.points_possible.text' AS points_possible,
  fields AS extras
FROM core_entities
JOIN canvas_mappings ON canvas_mappings.local_id = core_entities.id;
