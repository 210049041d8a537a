"""Drives the simulated forum with pydiscourse, as a check on our reading of the interface.

Arguments: address, key, category id, address of the category (`slug/id`), an image. Ends with 0 when every answer was as a client expects it.
"""

import sys

from pydiscourse import DiscourseClient
from pydiscourse.exceptions import DiscourseClientError

host, key, category, place, image = sys.argv[1:6]
category = int(category)
client = DiscourseClient(host, api_username="mara", api_key=key, timeout=20)


def refused(call, *args, **kwargs):
    """The words of a refusal."""
    try:
        call(*args, **kwargs)
    except DiscourseClientError as error:
        return str(error)
    raise AssertionError(f"{call} should have been refused")


# What there is.
assert any(row["id"] == category for row in client.categories())
assert client.category(category)["category"]["id"] == category
assert client.get_site_info()["categories"]
assert client.about()["about"]["title"] == "Simulated Forum"
listed = client.category_latest_topics(place)["topic_list"]["topics"]
assert [row["title"] for row in listed] == ["Tide pools at the ledge"]
topic_id = listed[0]["id"]
assert client.latest_topics()["topic_list"]["topics"][0]["id"] == topic_id
topic = client.topic(listed[0]["slug"], topic_id)
assert topic["post_stream"]["posts"][0]["post_number"] == 1
post_ids = topic["post_stream"]["stream"]
assert [row["id"] for row in client.posts(topic_id, post_ids=post_ids)["post_stream"]["posts"]] == post_ids
assert client.topic_posts(topic_id)["post_stream"]["posts"]
assert client.post(topic_id, 2)["post_stream"]["posts"]
assert client.post_by_id(post_ids[0])["raw"].startswith("We meet at low water")
assert client.post_by_number(topic_id, 2)["id"] == post_ids[1]
assert {row["id"] for row in client.latest_posts()["latest_posts"]} == set(post_ids)

# A topic, a reply, a message; what is refused.
made = client.create_post(
    "The boat leaves at nine now, not at eight.", category_id=category, title="A new hour for the boat trip", tags=["boats"]
)
assert made["post_number"] == 1 and made["raw"] == "The boat leaves at nine now, not at eight."
reply = client.create_post("I shall bring two lamps and the long rope.", topic_id=made["topic_id"])
assert reply["post_number"] == 2 and reply["topic_id"] == made["topic_id"]
message = client.create_post(
    "Can you take the second boat?", title="About the boat", archetype="private_message", target_recipients="lena"
)
assert [row["id"] for row in client.private_messages()["topic_list"]["topics"]] == [message["topic_id"]]
assert made["topic_id"] in [row["id"] for row in client.topics_by("mara")]
assert "too short" in refused(client.create_post, "Hm.", topic_id=made["topic_id"])

# Edits: a text, a title, a status, each read back.
edited = client.update_post(reply["id"], "I shall bring three lamps and the long rope.", edit_reason="Counted them")
assert edited["post"]["raw"].startswith("I shall bring three lamps") and edited["post"]["edit_reason"] == "Counted them"
stale = {"post[raw_old]": "Something else."}
assert "edited by another user" in refused(client.update_post, reply["id"], "I shall bring four lamps.", **stale)
renamed = client.update_topic(f"/t/-/{made['topic_id']}.json", "A later hour for the boat trip")
assert renamed["basic_topic"]["title"] == "A later hour for the boat trip"
assert client.update_topic_status(made["topic_id"], "closed", True)["success"] == "OK"
after = client.topic("-", made["topic_id"], override_request_kwargs={"allow_redirects": True})
assert after["closed"] and after["tags"], after

# An upload, twice: the same file is the same upload.
first = client.upload_image(image, "composer", True)
again = client.upload_image(image, "composer", True)
assert first["short_url"].startswith("upload://") and first["id"] == again["id"]

# A delete is final for those who look for it.
client.delete_topic(made["topic_id"])
assert made["topic_id"] not in [row["id"] for row in client.latest_topics()["topic_list"]["topics"]]
print("pydiscourse: every answer was as expected")
