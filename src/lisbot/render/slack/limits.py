"""What Slack takes: the limits of Block Kit and of a message's text. Lengths are in UTF-16 code units.

Sources: docs.slack.dev, "Block Kit" (reference), chat.postMessage, chat.update and views.open. slack_sdk 3.47.0
(its models) and slackblocks 3.0.0 (`_limits.py`) hold the same numbers.
"""

# Messages and views
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250 * 1024
TITLE = 24  # a modal's title, and its submit and close buttons
METADATA = 3000  # private_metadata
ID = 255  # action_id, block_id and callback_id
MESSAGE_TEXT = 40_000  # chat.postMessage cuts what is longer
UPDATE_TEXT = 4_000  # chat.update refuses what is longer: msg_too_long

# Text
TEXT = 3000  # any text object, and so a section
HEADER = 150
FIELDS, FIELD = 10, 2000
CONTEXT = 10

# Buttons
ACTIONS = 25
BUTTON = 75  # its text, and its accessibility_label
VALUE = 2000
URL = 3000

# Tables ("Data table block", docs.slack.dev, 2026-11-25): in messages alone
TABLE_ROWS = 100  # beside the header
TABLE_COLUMNS = 20
TABLE_TEXT = 10_000  # characters over all cells of all tables of a message
TABLE_PAGE = 10  # rows shown at a time: at most 100
# Alerts ("Alert block"; java-slack-sdk's AlertBlock): in modals alone
ALERT = 200

# Inputs
LABEL = 2000  # and a hint
INPUT = 3000  # plain_text_input
PLACEHOLDER = 150
OPTIONS = GROUPS = 100  # options in a select or a group, and groups in a select
BOXES = 10  # checkboxes and radio buttons
OPTION = 75  # an option's text, its description, and a group's label
OPTION_VALUE = 150

# What lisbot does not send today
OVERFLOW = 5
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30
ALT_TEXT, IMAGE_URL = 2000, 3000
MARKDOWN = 12_000  # over all markdown blocks of a message, and chat.postMessage's markdown_text
ATTACHMENTS = 100

# How much of a message lisbot fills: the rest is for the buttons that turn pages
PAGE_BLOCKS, PAGE_TEXT = MESSAGE_BLOCKS - 3, 12_000
