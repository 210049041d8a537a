-- Discourse's side of the mirror, in its own words: read, never written (docs/adr/0001-one-mirror.md).
CREATE VIEW discourse_mappings AS
SELECT
  mirror.entity AS local_id,
  mirror.account AS account,
  mirror.remote_kind AS entity_type,
  mirror.remote_id AS discourse_id,
  CASE
    WHEN EXISTS (SELECT 1 FROM conflicts WHERE conflicts.entity = mirror.entity) THEN 'conflict'
    WHEN coalesce(ours.vector, '{}') = coalesce(theirs.vector, '{}') THEN 'in_sync'
    ELSE 'pending_to_discourse'
  END AS sync_status
FROM mirror
JOIN accounts ON accounts.id = mirror.account AND accounts.site = 'discourse'
LEFT JOIN version_vectors ours ON ours.entity = mirror.entity AND ours.holder = 'local'
LEFT JOIN version_vectors theirs ON theirs.entity = mirror.entity AND theirs.holder = mirror.account;

CREATE VIEW discourse_fields AS
SELECT
  core_entities.id AS local_id,
  CASE WHEN core_entities.kind = 'topic' THEN discourse_mappings.discourse_id ELSE topic.remote_id END AS topic_id,
  spaces.remote AS category_id,
  fields ->> '$.post_number.number' AS post_number,
  fields -> '$.tags.set' AS tags,
  fields AS extras
FROM core_entities
JOIN discourse_mappings ON discourse_mappings.local_id = core_entities.id
JOIN spaces ON spaces.id = core_entities.space
LEFT JOIN mirror topic ON topic.entity = core_entities.parent AND topic.account = discourse_mappings.account;
