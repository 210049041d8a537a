"""Drives a Canvas with canvasapi: list, show, create, edit, delete and upload for each kind that the library knows.

Arguments: base address, token, course id. Prints one line for each step; leaves with 1 at the first that goes wrong.
"""

import os
import sys
import tempfile

from canvasapi import Canvas
from canvasapi.exceptions import CanvasException, ResourceDoesNotExist

base, token, course_id = sys.argv[1:4]
done = 0


def check(what, holds):
    global done
    if not holds:
        print(f"WRONG {what}")
        sys.exit(1)
    done += 1
    print(f"ok {what}")


def refused(call, *kinds):
    try:
        call()
    except kinds or (CanvasException,):
        return True
    return False


canvas = Canvas(base, token)
me = canvas.get_current_user()
check("who the token is", me.name == "Tess Teacher")
check("courses are listed", [course.id for course in canvas.get_courses(enrollment_type="teacher")] == [int(course_id)])
course = canvas.get_course(course_id, include=["syllabus_body"])
check("the course is shown", course.id == int(course_id))

# Pages.
page = course.create_page({"title": "Herons", "body": "<p>Grey.</p>", "published": True})
check("a page is made", page.title == "Herons" and page.url == "herons" and page.published)
check("a page is shown", course.get_page("herons").body == "<p>Grey.</p>")
edited = page.edit(wiki_page={"title": "Grey herons", "body": "<p>They wait.</p>"})
check("a page is edited", edited.url == "grey-herons" and course.get_page(edited.url).body == "<p>They wait.</p>")
revisions = list(course.get_page(edited.url).get_revisions())
check("its revisions are listed", [revision.revision_id for revision in revisions] == [2, 1])
for number in range(25):
    course.create_page({"title": f"Page {number}"})
check("a list goes on over its pages", len(list(course.get_pages())) == 26)
check("a list is searched", [found.title for found in course.get_pages(search_term="herons")] == ["Grey herons"])
course.get_page("grey-herons").delete()
check("a page is deleted", refused(lambda: course.get_page("grey-herons"), ResourceDoesNotExist))
front = course.edit_front_page(wiki_page={"title": "Home", "body": "<p>Home.</p>", "published": True})
check("the front page is made by editing it", course.show_front_page().title == front.title)

# Assignments and groups.
group = course.create_assignment_group(name="Labs", group_weight=40)
check("a group is made", course.get_assignment_group(group.id).name == "Labs")
group.edit(name="Laboratory")
check("a group is edited", "Laboratory" in [each.name for each in course.get_assignment_groups()])
essay = course.create_assignment(
    {"name": "Essay", "points_possible": 12.5, "due_at": "2030-01-02T03:04:05Z", "assignment_group_id": group.id}
)
check("an assignment is made unpublished", essay.points_possible == 12.5 and not essay.published)
check("its date is a date", essay.due_at_date.year == 2030)
essay = essay.edit(assignment={"name": "Long essay", "published": True})
check("an assignment is edited", course.get_assignment(essay.id).name == "Long essay")
check("assignments are listed", [each.id for each in course.get_assignments()] == [essay.id])
check("a bad date is refused", refused(lambda: essay.edit(assignment={"due_at": "tomorrow"})))
check("a group lists its own", [each.id for each in course.get_assignments_for_group(group.id)] == [essay.id])

# Discussions, replies and announcements.
topic = course.create_discussion_topic(title="Tides", message="<p>When?</p>", published=True)
check("a discussion is made", course.get_discussion_topic(topic.id).message == "<p>When?</p>")
topic.update(title="Spring tides", pinned=True)
check("a discussion is edited", course.get_discussion_topic(topic.id).title == "Spring tides")
entry = topic.post_entry(message="<p>At noon.</p>")
reply = entry.post_reply(message="<p>No, later.</p>")
check("replies are posted", [each.id for each in topic.get_topic_entries()] == [entry.id])
check("replies to replies are listed", [each.id for each in entry.get_replies()] == [reply.id])
entry.update(message="<p>At one.</p>")
check("a reply is edited", [each.message for each in topic.get_topic_entries()] == ["<p>At one.</p>"])
check("a reply is deleted", entry.delete() and list(topic.get_topic_entries()) == [])
news = course.create_discussion_topic(title="Boots", message="<p>Bring them.</p>", is_announcement=True)
listed = course.get_discussion_topics(only_announcements=True)
check("announcements are listed apart", [each.id for each in listed] == [news.id])
check("they are found by course", [each.id for each in canvas.get_announcements([course.id])] == [news.id])
topic.delete()
check("a discussion is deleted", refused(lambda: course.get_discussion_topic(topic.id), ResourceDoesNotExist))

# Modules and items.
module = course.create_module({"name": "Week 1"})
check("a module is made unpublished", not module.published)
module = module.edit(module={"name": "Week one", "published": True})
check("a module is edited", course.get_module(module.id).name == "Week one")
header = module.create_module_item({"type": "SubHeader", "title": "Start"})
linked = module.create_module_item({"type": "Assignment", "content_id": essay.id})
check("items are listed in order", [each.id for each in module.get_module_items()] == [header.id, linked.id])
header = header.edit(module_item={"title": "Begin", "indent": 1})
check("an item is edited", module.get_module_item(header.id).title == "Begin")
header.delete()
check("an item is deleted", [each.id for each in module.get_module_items()] == [linked.id])
module.delete()
check("a module is deleted", list(course.get_modules()) == [])

# Quizzes.
quiz = course.create_quiz({"title": "Shells", "quiz_type": "assignment", "time_limit": 20})
check("a quiz is made", course.get_quiz(quiz.id).time_limit == 20 and quiz.assignment_id is not None)
quiz = quiz.edit(quiz={"title": "More shells", "notify_of_update": False})
check("a quiz is edited", quiz.title == "More shells" and quiz.version_number == 2)
check("quizzes are listed", [each.id for each in course.get_quizzes()] == [quiz.id])
quiz.delete()
check("a quiz is deleted with its assignment", refused(lambda: course.get_quiz(quiz.id), ResourceDoesNotExist))
check("the quiz's assignment is gone", [each.id for each in course.get_assignments()] == [essay.id])

# The syllabus.
course.update(course={"syllabus_body": "<p>Ten weeks.</p>"})
again = canvas.get_course(course_id, include=["syllabus_body"])
check("the syllabus is written", again.syllabus_body == "<p>Ten weeks.</p>")

# Files and folders.
folder = course.create_folder("Pictures")
check("a folder is made", folder.full_name.endswith("Pictures"))
with tempfile.TemporaryDirectory() as place:
    path = os.path.join(place, "heron.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("grey")
    sent, answer = course.upload(path, parent_folder_id=folder.id)
check("a file is sent", sent and answer["display_name"] == "heron.txt" and answer["size"] == 4)
check("a file is shown", course.get_file(answer["id"]).size == 4)
check("files are listed", [each.id for each in course.get_files()] == [answer["id"]])
check("folders are listed", "Pictures" in [each.name for each in course.get_folders()])
renamed = course.get_file(answer["id"]).update(name="egret.txt")
check("a file is renamed", renamed.display_name == "egret.txt")
check("a file is read", course.get_file(answer["id"]).get_contents() == "grey")
course.get_file(answer["id"]).delete()
check("a file is deleted", list(course.get_files()) == [])

check("a bad token is told", refused(lambda: Canvas(base, "wrong").get_current_user()))
print(f"{done} passed, 0 failed")
