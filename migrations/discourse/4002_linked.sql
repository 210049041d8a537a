-- A document of a course that stands in a category, too, is a topic there whatever it is at home.
DROP VIEW discourse_fields;
CREATE VIEW discourse_fields AS
SELECT
  core_entities.id AS local_id,
  CASE WHEN discourse_mappings.entity_type = 'topic' THEN discourse_mappings.discourse_id ELSE topic.remote_id END AS topic_id,
  spaces.remote AS category_id,
  fields ->> '$.post_number.number' AS post_number,
  fields -> '$.tags.set' AS tags,
  fields AS extras
FROM core_entities
JOIN discourse_mappings ON discourse_mappings.local_id = core_entities.id
LEFT JOIN linked ON linked.entity = core_entities.id AND linked.account = discourse_mappings.account
JOIN spaces ON spaces.id = coalesce(linked.space, core_entities.space)
LEFT JOIN mirror topic ON topic.entity = core_entities.parent AND topic.account = discourse_mappings.account;
