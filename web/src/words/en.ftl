# English. One message a line; the same ids stand in de.ftl, and a test keeps it so.

## Everywhere
close = Close
cancel = Cancel
undo = Undo
unsaved = Leave without saving?
unsaved-text = What you have typed here is not saved yet.
unsaved-stay = Stay here
unsaved-leave = Leave it
show = Show
more = More
skip = Skip to content
go-on = Go on
email = E-mail
password = Password
language = Language
organiser = Organiser
account = Account
view = View
views = Views
search = Search
offline = The server can't be reached. Nothing was changed; try again in a moment.
broken = Something went wrong here. Reload the page and try again.
starts = Starts
ends = Ends
today = Today

## Doors
sign-in = Sign in
sign-in-text = For those who run this shelf.
sign-out = Sign out
sign-in-passkey = Sign in with a passkey
or = or
back = Back
factor-code-hint = Six digits of your app, or one of your recovery codes.
code-wanted = One thing more
code-wanted-text = The password is right. Now the code that your app shows.
lost = Can't sign in?
lost-text = Write your mail address. If you are known here, you get a link that works for half an hour.
lost-do = Send me a link
lost-sent = If that address is known here, a link is under way. It works for half an hour.
lost-no-mail = There is no mail server here. Ask another owner for an invitation, or whoever runs the server for a link; this is how they make one:
recovery = Welcome back
recovery-text = Choose what { $email } signs in with from now on. Everywhere else, you are signed out.
recovery-do = Go on
recovery-over = This link is over
recovery-over-text = It works once, for half an hour. Ask for a new one where you sign in.
way-in = Sign in from now on
way-passkey = With a passkey
way-password = With a password
passkey-text = A passkey is unlocked as you unlock your device, by finger, face or number. Nobody can read it off, and there is nothing to remember.
passkey-none = No passkey was chosen, or it took too long.
passkey-there = This device has a passkey for you already.
passkey-not-here = Passkeys can't be used at this address or in this browser.
passkey-elsewhere = Passkeys work where this page is called localhost
setup-wanted = Nobody runs this installation yet. Open the link that the server printed where it was started.
setup = Welcome to your shelf
setup-text = Say who you are and whom you sell for. Everything can be changed later but the address.
setup-whom = Whom do you run it for?
setup-new = Somebody new …
setup-do = Open the shelf
setup-over = This link was used
setup-over-text = The first start happens once. If it was you, sign in; if not, start the server again and look at what it prints.
organiser-name = Name of shop, studio or series
organiser-name-hint = Buyers see it on every page.
organiser-slug = Address
zone = Time zone
currency = Currency
your-name = Your name
password-short = Use at least { $count } characters; a few words in a row are good.
missing = Write something here.
no-address = Write a mail address, as ann@example.org.
password-hint = At least 12 characters. A few words in a row are good.
invited = Join { $organiser }
invited-as = You join as { $name }.
invitation-over = This link was used or is over
invitation-over-text = Ask whoever sent it for a new one.
join = Join
role-viewer = Viewer
role-stall = Stall staff
role-manager = Manager
role-owner = Owner
role-viewer-text = You may look at everything but where buyers live.
role-stall-text = You may look, move stock and orders, and hand goods over.
role-manager-text = You may put slots up, change and move them, and connect other programs.
role-owner-text = You may do everything, and let people in and out.
public-page = Public page

## Search
search-hint = Slots, views, orders …
search-none = Nothing fits. Try a word of its title.
view-missing = There is no such page
view-missing-text = Its address may be mistyped, or from another version of the console.
key-view = other views
key-turn = turn
key-move = move a slot
key-nudge = move by a day or a step
key-block = move a block
key-stretch = stretch a block
key-wheel = wheel
key-zoom = zoom
key-next = next pool
key-rows = up and down
shortcuts = Keys
shortcuts-everywhere = Everywhere
away = The server can't be reached since { $time }. What you see is from before; nothing is lost.

## Calendar
calendar = Calendar
view-month = Month
view-week = Week
view-day = Day
view-venues = Places
no-place = No place
venues-empty = Nothing stands in these days.
templates = Templates
template-hint = Drag it onto a day, or press it.
new-from = New from { $template }
view-agenda = Agenda
agenda-from = From { $day }
earlier = Earlier
later = Later
hours = Hours
mood-draft = Draft
mood-cancelled = Cancelled
mood-over = Over
mood-open = On sale
mood-sold_out = Sold out
mood-ahead = Coming up
mood-paused = Paused
left = { $count } left
slots = { $count ->
    [one] { $count } slot
   *[other] { $count } slots
}
more-slots = { $count } more
units = { $sold } sold, { $held } held, { $free } free
calendar-empty = Nothing on the shelf yet
calendar-empty-text = A slot is a time at which you sell something: a live drop, a market hour, a workshop. Put the first one up, and everything that belongs to it moves with it.
compose = New drop

## Moving
move = Move
move-slot = Move { $title }
moves-with-it = What moves with it
moves-nothing = Nothing is anchored to it.
moves-ask = Choose another time, and what moves with it stands here before anything moves.
ends-first = It has to end after it starts.
touches-orders = { $count ->
    [one] 1 order
   *[other] { $count } orders
}
touches-holds = { $count ->
    [one] 1 hold
   *[other] { $count } holds
}
touches-conflicts = { $count ->
    [0] no conflicts
    [one] 1 conflict
   *[other] { $count } conflicts
}
conflict-pickup = { $wanted } is taken by
conflict-shift = { $wanted } already works for
conflict-night = { $wanted } is there for other nights: needed { $needs }, there { $has }
clock-gap = The clocks skip an hour on { $day }: { $time } is taken.
clock-fold = The clocks show an hour twice on { $day }: { $time } is taken.
needs-yes = This needs a yes.
needs-yes-text = Nothing has been done yet. A yes carries it out now; a no leaves everything as it is.
say-yes = Yes, do it
say-no = No, leave it
move-left = { $title } stays where it is.
waiting = Waits for your yes
waiting-off = is to be called off.
waiting-to = is to move to { $when }.
waiting-until = Forgotten after { $when }.
waiting-done = { $title }: done.
waiting-left = { $title } stays as it is.
trail-changed = It was changed just now.
trail-told = Customers hear of it in { $span }.
trail-back = Take it back ({ $span })
tell-whom = { $count ->
    [0] Tell customers (nobody has bought yet)
    [one] Tell 1 customer
   *[other] Tell { $count } customers
}
tell-now = At once
tell-after_quiet = When it has been quiet
tell-nobody = Not at all
tell-at = at { $time }
moved = { $title } is now on { $when }.
moved-back = { $title } is back where it was.
week-earlier = A week earlier
day-earlier = A day earlier
day-later = A day later
week-later = A week later
opens-what = { $what } opens
closes-what = { $what } closes
price-what = { $offer }: { $what }
anchor-on-start = at the start
anchor-on-end = at the end
anchor-before-start = { $span } before the start
anchor-after-start = { $span } after the start
anchor-before-end = { $span } before the end
anchor-after-end = { $span } after the end
hangs-on-start = with the start of { $part }
hangs-on-end = with the end of { $part }
hangs-before-start = { $span } before the start of { $part }
hangs-after-start = { $span } after the start of { $part }
hangs-before-end = { $span } before the end of { $part }
hangs-after-end = { $span } after the end of { $part }
anchor-clock = at { $time }
## Words that many views use
save = Save
add = Add
remove = Remove
keep = Keep it
title = Title
place = Place
story = Story
picture = Picture
picture-hint = From the library, or an address on this server; without one, a still life is drawn.
about = About
price = Price
state = State
total = Total
saved = { $what } is saved.
removed = { $what } is gone.
copied = Copied.
copy = Copy
print = Print
show-more = Show more
sure = Press again
how-many-units = How many units
now = now
standard = Standard
units-head = Units

## Slot sheet
the-slot = Slot
window = Window
offer = Offer
fulfilment = Pickup or delivery
new-what = New: { $what }
add-to = Add
sheet-of = Time axis of { $title }
sheet-hint = Drag a block or its edges; Alt and arrows do it by keys. Ctrl and wheel zoom.
zoom-all = All
zoom-now = Now
zoom-in = Zoom in
zoom-out = Zoom out
taken-of = { $taken } of { $most }
after-units = after { $count }
or-after-units = or after { $count }
legend-now = now
legend-sold = sold through it
legend-ahead = still to open
legend-code = by code or list
window-changed = { $title } has new times.
published = { $title } is on the calendar.
publish = Publish
called-off = { $title } is called off. Everybody gets their money back.
call-off = Call off
call-off-what = Call { $title } off?
call-off-text = Holds end, waiters leave, every order is cancelled and paid back. This can't be taken back.
overlay = Overlay address
overlay-copied = The overlay's address is copied. Paste it into a browser source.
slot-missing = No such slot
slot-missing-text = It was never here, or it belongs to somebody else.
window-title-hint = Friends, Everyone …
who-may = Who may buy
everyone = Everyone
code-holders = Whoever has a code of { $group }
list-members = Whoever is on { $list } ({ $count })
opens = Opens
closes = Closes
hold-for = A hold lasts, in minutes
limit-each = At most for each buyer
limit-hint = Empty for no limit.
lobby-pace = Waiting line: people let in each minute
lobby-hint = Empty lets everybody in at once. With a line, whoever comes before the opening gets a place by lot.
waitlist-order = When units come back
fair-first_come = Who waits longest is next
fair-lottery = Lots decide
fair-announce = Tell all, first come first served
turn-for = A turn lasts, in minutes
unsold = What is unsold when it closes
unsold-return = goes back to the pool
unsold-stay = stays until you decide
unsold-roll = goes on to { $window }
how-many = { $what }: how many
unit = Unit
minutes = minutes
hours-unit = hours
days = days
side = Before or after
before = before
on = at
after = after
edge = Start or end
the-start = the start
the-end = the end
clock-time = Time of day
draws-on = Draws on
units-each = Units for each
pool = Pool
prices = Prices in { $currency }
step-title = Name of the price
after-sold = after so many sold
or-after-sold = or after so many sold
add-step = Another price
most-at-once = Units in one hold at most
way = How buyers get it
way-pickup = Pickup
way-delivery = Delivery
way-digital = Digital
box-length = Each time box
box-places = Places in each
length-15m = 15 minutes
length-30m = 30 minutes
length-1h = 1 hour
length-2h = 2 hours
boxes-are = { $count ->
    [one] 1 time box, kept as it is.
   *[other] { $count } time boxes, kept as they are.
}

block-broadcast = Broadcast
block-reminder = Reminders
block-announcement = Announcements
block-shift = Shifts
block-cue = Run of show
block-rule = Rules
kind-broadcast = Broadcast
kind-reminder = Reminder
kind-announcement = Announcement
kind-shift = Shift
kind-cue = Cue
kind-rule = Rule
as-picture = As a picture
keep-template = Keep as template
template-kept = { $title } is kept as a template. It stands beside the calendar.
begins = Begins
when = When
sources = Sources
sources-hint = The first that plays is shown; the others are its fallbacks, in this order.
source-kind = Kind of source
source-hls = HLS
source-embed = Embed
source-audio = Audio
source-still = Still
source-first = Source
source-fallback = Fallback { $number }
https-only = It has to be a whole address with https.
add-fallback = Another fallback
replay-at = Replay
replay-at-hint = Where it can be seen afterwards; empty for nowhere.
told = Who is told
told-buyers = Buyers
told-waiting = Who waits
told-followers = Followers
told-crew = Crew
channel = How
channel-mail = Mail
channel-sms = SMS
channel-push = Push
channel-page = On the page
message = Message
letters = { $count ->
    [one] 1 letter
   *[other] { $count } letters
}
person = Who works
person-hint = Empty while nobody is found.
tasks = Tasks
tasks-hint = One a line.
cue-host = Who speaks
cue-camera = Camera
cue-drone = Drone
cue-offer = Offer that is shown
rule-when = It acts
rule-below = when stock falls below a mark
rule-sold_out = when a window is sold out
rule-fewer = Fewer than
rule-then = Then
rule-open = open a window now
rule-close = stop selling in other slots
rule-shrink = keep only so many for sale
rule-publish = put a draft on the calendar
rule-target = Which
rule-all-others = All that draw on it
rule-keep = Units that stay for sale
price-wrong = { $price } is no price in { $currency }.

## Live desk
live = Live
live-empty = No drop is near
live-empty-text = Drops of the last day and the next thirty stand here, with their numbers.
to-sheet = Sheet
stream-on = Live
stream-off = Connecting …
numbers = Numbers
n-left = Left
n-held = Held
n-sold = Sold
n-waiting = Waiting
n-money = Taken in
n-due = { $money } at pickup
pace = Pace
per-minute = { $count ->
    [one] unit a minute, over the last five
   *[other] units a minute, over the last five
}
pace-chart = { $count ->
    [one] 1 unit sold in the last { $minutes } minutes
   *[other] { $count } units sold in the last { $minutes } minutes
}
next-up = Next
nothing-next = Nothing opens, closes or changes its price any more.
in-the-heat = Do now
open-now = Open { $what } now
extend = { $what }: 5 minutes more
close-now = Close { $what } now
roll-now = Close { $what } now and move the unsold on
held-now = Being held
held-by = { $buyers ->
    [one] { $units } by 1 buyer
   *[other] { $units } by { $buyers } buyers
}
held-free-in = The first comes free in { $span }
held-nothing = Nobody holds anything at the moment.
on-air = On air
air-ahead = Begins in
air-on = On air
air-over = Over
air-left = { $span } left
no-broadcast = No broadcast belongs to this slot. Add one on its sheet.
overlay-look = Look
add-units = Add units
message-now = Write to them
message-waiting = In line ({ $count })
message-buyers = Who has bought ({ $count })
message-text = What to say
message-hint = It goes by mail within seconds, once to each person, and stands on the slot sheet.
send-mail = Send
said-now = Said live
said-to = { $count ->
    [one] It is on its way to 1 person.
   *[other] It is on its way to { $count } people.
}
units-added = { $count ->
    [one] 1 unit added.
   *[other] { $count } units added.
}
key-ctrl = Ctrl
reason-live = Added at the live desk
phase-open = Open
phase-ahead = Ahead
phase-closed = Closed

## Compose
compose-what = What
compose-when = When and who first
compose-more = More: product, place, story, early price, pickup
compose-ready = Ready when you are.
compose-missing = Title, price and units are needed.
compose-missing-code = The code is missing: whoever has it may buy first.
compose-from = Begin from
starter-blank = Nothing
starter-drop = Live drop
starter-market = Market hours
starter-workshop = Workshop
starter-pickup-today = Your pickup is today. Bring your pass; it works without network.
starter-tomorrow = It begins tomorrow. We look forward to you.
first-template = As in the template:
brought-ways = How buyers get it comes from what you began with: { $ways }
way-none = nothing to fetch
brought-blocks = It also brings: { $blocks }
drop-title = Title of the drop
drop-title-hint = Moon vases, third firing
price-in = Price in { $currency }
lasts = Lasts
hours-count = { $count } h
who-first = Who may buy first
first-nobody = Everyone at once
first-code = Whoever has a code
code = Code
code-hint = Capitals and spaces don't matter. Note it down: only its trace is kept.
head-start = They may begin
head-before = { $span } before
product = Product
product-hint = If it is called otherwise than the drop.
early-price = Early price
early-hint = Empty for one price only.
early-units = For the first
save-draft = Save as draft
drafted = { $title } is kept as a draft.
preview = What buyers see
preview-do = Preview
preview-at = At which moment
moment-before = Before
moment-insiders = Let in first
moment-during = During
moment-gone = Sold out
moment-replay = Afterwards
moment-custom = Other
preview-width = How wide
width-phone = Phone
width-screen = Screen
preview-hint = The server's own page, made from what stands here. Nothing in it can be pressed, and nothing is on the calendar yet.
preview-hint-slot = The server's own page, as the slot stands now. Nothing in it can be pressed.
preview-blank = With a title and a price, the page shows itself here: before it opens, while it sells, sold out and afterwards.
preview-away = The page could not be fetched.

## Library
library = Library
products = Products
pictures = Pictures
new-product = New product
product-key = Name in plans and offers
product-key-hint = Every offer of this name shows the product: its pictures, its text and its questions.
product-about-hint = Stands on the slot’s page under “What you get”. An empty line begins a new paragraph.
products-empty = No products yet
products-empty-text = A product is the thing in the picture. Describe it once with pictures and answers, and every date that sells it shows them.
pictures-empty = No pictures yet
pictures-empty-text = Drop in photographs as they come from your phone. They are made small and quick, and what the camera noted about you is left out.
templates-empty = No templates yet
templates-empty-text = A template holds windows, offers and blocks for dates that are alike. Open a slot and keep it as a template: then it stands beside the calendar, and New drop can begin from it.
template-file = Get the file
version-of = version { $version }
picture-count = { $count ->
    [one] 1 picture
   *[other] { $count } pictures
 }
question-count = { $count ->
    [one] 1 question
   *[other] { $count } questions
 }
drop-pictures = Drop pictures here, or choose them.
drop-pictures-hint = JPEG, PNG or WebP
drop-wrong = { $name } is no JPEG, PNG or WebP.
describe-picture = Describe the picture
picture-name = What you call it
alt-text = What it shows
alt-hint = A sentence for whoever does not see it: “A grey-green mug on a wooden table”.
focus-hint = Press the point that should stay in sight wherever only a part fits.
focus-x = From the left
focus-y = From the top
move-earlier = Earlier
move-later = Later
take-out = Take out
from-library = From the library
drop-picture = Drop a picture here, or choose one.
choose-picture = Choose a picture
choose-other = Another one
picture-gone-text = Whatever links to it will show nothing in its place. It can't be brought back.
remove-what = Remove { $what }
product-of-library = Product of the library
product-of-library-hint = Its pictures, its text and its questions are on the page.
no-product = None
show-picture = Show { $title }
faqs = Questions and answers
question = Question
question-hint = Is it safe for the dishwasher?
answer = Answer
add-question = Add a question

## Stock
stock = Stock
new-pool = New pool
pool-title-hint = Moon vases
stock-empty = No stock yet
stock-empty-text = A pool is a pile of counted things: vases, seats, places. Offers draw on it, and nothing is ever sold twice.
stock-of = free of { $supplied }
stock-move = Move stock
stock-what = What happened
stock-add = More came in
stock-remove = Taken out
stock-lose = Broken or lost
stock-find = Found again
stock-transfer = To another pool
stock-count = Counted
stock-to = Into
stock-done = { $title } is up to date.
counted = Units that are there
counted-hint = With what is held or sold and not yet handed over.
reason = Reason
reason-hint = Stands in the ledger for ever.
account-sold = Sold
account-held = Held
account-handed = Handed over
account-lent = Lent to windows
account-lost = Lost
account-free = Free
account-outside = Outside
ledger = Movements
ledger-of = Movements of { $title }
ledger-hand = By hand
ledger-all = Everything
ledger-empty = Nothing moved yet.
fact-stock-counted = Counted
fact-pool-put = Put in
fact-hold-made = Held
fact-hold-taken = Held
fact-hold-released = Given back
fact-hold-lapsed = Hold ran out
fact-order-confirmed = Bought
fact-order-cancelled = Order given back
fact-order-moved = Order moved
fact-order-handed = Handed over
fact-order-handover_undone = Handover taken back
fact-window-opened = Window opened
fact-window-closed = Window closed
fact-window-dripped = Next units came
fact-window-put = Window changed
fact-window-removed = Window removed
fact-waitlist-turn = Turn in line
drag-transfer = Drag it onto another pool to transfer units.
stock-anywhere = At several places, or not planned yet
stock-any-channel = For any channel
stock-sorted = Sorted
stock-by-place = By place
stock-by-channel = By channel
pool-edit = Edit
pool-buffer = Kept back
pool-buffer-hint = Never sold, in case somebody miscounted.
pool-place = Where it lies
pool-place-hint = Stock stands by it. Left empty, by the place that sells from it.
pool-channel = For which channel
pool-channel-hint = A word or two. Which offers draw on it is said on their forms.
channel-of-livestream = Livestream
channel-of-pickup = Pickup
channel-of-stall = Stall
nights-off = { $offer } draws on { $pool }, which is for { $has }; this date needs { $needs }. Change its nights, what the offer draws on, or the date.
through-public = everyone
through-code = with a code
through-list = by list
tills = Tills and other programs
tills-text = Whatever sells elsewhere and moves stock here has a key of its own with the scope Sell. Whether it still speaks is seen here.
till-link = Link a till
till-well = Speaks
till-silent = Silent
till-unheard = Not heard yet
till-frozen = Frozen
till-ended = Over
heard-ago = heard { $span } ago
heard-not = never heard
counting = Count the shelf
counting-hint = Type what is there and press Enter for the next one.
counting-there = { $count } should be there
counts-send = { $count ->
    [one] Save 1 count
   *[other] Save { $count } counts
}
counts-done = { $count ->
    [one] 1 count is in the books.
   *[other] { $count } counts are in the books.
}
progress = { $done } of { $of } …

## Orders
orders = Orders
orders-empty = No orders yet
orders-empty-text = As soon as somebody buys, it stands here within a second.
orders-find = Name, mail, order or pass
orders-none = No order fits
orders-none-text = Try a part of the name, of the mail address or of the number.
orders-none-slot = Nobody has bought of this slot yet.
orders-count = { $count ->
    [one] 1 order
   *[other] { $count } orders
}
all-slots = All slots
export-csv = Export CSV
buyer = Buyer
bought = Bought
order-confirmed = Confirmed
order-partly_cancelled = Partly cancelled
order-cancelled = Cancelled
order-missing = No such order
order-missing-text = It was never here, or it belongs to somebody else.
line-confirmed = waits for handover
line-cancelled = given back
line-handed = Handed over
hand-over = Hand over
handed-over = Handed over.
handed-to = { $name } has it.
handed-back = { $name } has yet to get it.
give-back = Give back
give-back-all = Cancel and pay back
give-back-what = Cancel for { $name }?
give-back-text = The units are free again, or go to the next in line, and the money goes back.
given-back = Cancelled, and the money is on its way back.
move-order = Move to another slot
move-order-to = To which slot
move-order-hint = It needs an offer of the same name there, with room.
order-moved = The order moved.
address = Address
life = Its life so far
life-held = Held in { $window }
life-confirmed = Confirmed, { $method }
life-captured = { $money } taken in
life-handed = { $what } handed over
life-unhanded = Handover of { $what } taken back
life-cancelled = { $what } given back
life-refunded = { $money } paid back
life-extended = More time to pay
life-paying = Payment of { $money } begun
life-declined = Payment declined
life-moved = Moved to another slot
mails = Mails
mail-order-confirmed = Confirmation
mail-order-changed = Change
mail-order-cancelled = Cancellation
edit-buyer = Edit contact
buyer-name = Name on the pass
resend-there = Send the order’s mail to the new address
street = Street and number
street-extra = Second line
postcode = Postcode
city = City
region = State or province
country = Country
country-hint = Its two letters, as DE.
edited-meanwhile = Somebody else has just changed this.
edited-meanwhile-text = What you have typed is still here. Save it over theirs, or take theirs.
theirs-is = Theirs: { $theirs }. Yours: { $yours }.
take-theirs = Take theirs
save-mine = Save mine
resend = Send the mail again
resent-to = The order’s mail is on its way to { $email }.
notes = Notes
notes-none = Nothing is noted.
note-new = A note for the team
note-hint = The buyer never sees it.
note-write = Note it
note-by-you = You
note-by-person = Somebody of the team
note-by-key = A program
note-by-house = The installation
note-by-password = A calendar app
note-by-link = A link
life-edited = Contact edited
life-noted = Note written
life-resent = Mail sent again
mail-order-resent = Sent again
mail-slot-reminder = Reminder
mail-slot-announcement = Announcement
mail-waitlist-message = To those in line
choose = Choose { $what }
choose-all = Choose all
chosen = { $count ->
    [one] 1 order chosen
   *[other] { $count } orders chosen
}
bulk-ask = { $count ->
    [one] For 1 order, one after the other.
   *[other] For { $count } orders, one after the other.
}
bulk-done = { $count ->
    [one] 1 order is done.
   *[other] { $count } orders are done.
}
bulk-failed = { $count ->
    [one] 1 order did not go:
   *[other] { $count } orders did not go:
}
stop = Stop
method-sandbox = paid by test card
method-at_pickup = pays at pickup
method-free = free of charge

## Pickup
pickup = Pickup
pickup-empty = Nothing to hand over yet
pickup-empty-text = When a slot has sold, everybody who comes to fetch stands here, by the time they chose.
pickup-none = Nobody comes for this slot
pickup-none-text = Nobody has bought yet, or all is given back.
to-pay = To pay: { $money }
bulk-due = Take { $money } for them.
due-when = When it is fetched
handed-to-for = { $name } has it; { $money } is to be taken.
pickup-due = { $money } are still to be taken.
pickup-left = { $count ->
    [one] 1 line is still to be handed over.
   *[other] { $count } lines are still to be handed over.
}
no-time = Without a time
labels = Labels
labels-wait = { $count ->
    [one] 1 order to go …
   *[other] { $count } orders to go …
}
labels-ready = { $count ->
    [one] 1 label
   *[other] { $count } labels
}

## Settings
settings = Settings
settings-me = You
settings-security = Signing in
settings-about = About
settings-look = Look
look-text = How your public pages look. The layout stays; logo and colour are yours.
logo = Logo
logo-none = No logo
logo-hint = It stands beside your name on every page, on a white plate.
logo-add = Add a picture to the library
look-own = A colour of your own
accent-light = On light pages
accent-both = Another colour on dark pages
accent-dark = On dark pages
accent-follows = On dark pages it is { $colour }, the nearest shade that can be read there.
contrast-enough = Contrast { $contrast } to 1: easy to read.
contrast-short = Contrast { $contrast } to 1: too little. { $needed } to 1 is needed.
contrast-use = Use { $colour }
look-sample = Opens at 18:00
look-sample-button = Hold for 8 minutes
look-see = See the calendar
domain = A name of your own
domain-text = Your pages at your own address, without ours in it. They stay where they are as well.
domain-name = Name
domain-hint = As people type it: shop.example.com. A name belongs to one organiser.
domain-set = At whoever keeps the name { $name }, point it to where { $here } points (CNAME, or A and AAAA). We do not look whether it does. The certificate is the operator’s: ask them once. Mails name it as soon as somebody has come by it.
domain-let-go = Let the name go
domain-gone = Your pages have no name of their own any more.
settings-team = Team
rules = Signing in
rule-factor = Everybody needs a second factor
rule-factor-text = Who has a password alone sets one up before anything else. A passkey is enough by itself.
rule-on = From now on everybody needs a second factor.
rule-off = A password alone suffices again.
settings-keys = API keys
settings-webhooks = Webhooks
settings-calendars = Calendars
settings-mail = Mail
calendars-text = Your slots in the calendar app of your phone or computer. Switch on what the apps are told of.
calendar-slots = Slots
calendar-drafts = Drafts
calendar-windows = Windows
calendar-pickup = Pickup
calendar-shifts = Shifts
calendar-broadcast = Broadcasts
calendar-person = Shifts of { $name }
calendar-editable = apps may edit it
calendar-readonly = to look at
app-passwords = Passwords of calendar apps
app-passwords-empty = No device has one yet.
device = Device
device-hint = Ann's phone
calendar-scope-read = Look
calendar-scope-write = Look and edit
make-password = Make a password
calendar-qr = The calendar's address, to scan
user = User
the-password = The password.
mail-text = What was written to buyers, as it was sent.
mail-empty = No mails yet
mail-empty-text = Every confirmation, change and cancellation to a buyer stands here, word for word.
mail-to = To
settings-log = Log
settings-danger = Danger zone
type-to-go-on = Type { $what } to go on
export-all = Take everything along
export-all-text = Slots, stock, orders with their addresses and notes, and the whole journal, as lines of JSON in one file. Keep it as you keep the keys to the shop.
export-all-do = Save everything
export-lines = { $count ->
    [one] 1 line so far …
   *[other] { $count } lines so far …
}
export-done = { $count ->
    [one] 1 line is saved.
   *[other] { $count } lines are saved.
}
transfer = Hand it to somebody else
transfer-text = They become the owner and you a manager. Only they can give it back.
transfer-to = To whom
transfer-do = Hand it over
transfer-nobody = Nobody else is on the team. Invite them first.
owner-is = { $name } owns it now.
sessions = Where you are signed in
this-one = this one
last-used = last used { $when }
unknown-browser = A browser
session-ended = Signed out there.
sign-in-again = You signed in a while ago. To change how you sign in, do so once more.
sign-in-again-do = Sign in once more
passkeys = Passkeys
passkey-name = Name of the passkey
passkey-new-name = A name for the new one
passkey-add = Add a passkey
passkey-added = { $name } signs you in from now on.
passkey-ended = { $name } signs nobody in any more.
passkey-synced = on several devices
never-used = not used yet
factor = Second factor
factor-on = on
factor-due = One more step
factor-due-text = { $name } asks everybody for a second factor. Set yours up, then you go on.
factor-due-stale = You signed in a while ago. Sign out and in again, then it goes on here.
factor-go-on = I have kept them, go on
factor-text = A password alone is then not enough: an app on your phone shows a code beside it. A passkey needs none.
factor-begin = Turn on
factor-scan = Scan this with an app for codes, then type what it shows.
factor-qr = QR code for your app
factor-type = Or type this into the app:
factor-code = Code
factor-confirm = Turn on
factor-end = Turn off
factor-ended = Your password alone suffices again.
recovery-codes = Recovery codes.
recovery-codes-text = Each of them signs you in once when the app is away. Keep them where the app is not.
codes-left = { $count ->
    [one] one recovery code left
   *[other] { $count } recovery codes left
}
codes-renew = New recovery codes
set-password = Choose a password
change-password = Change password
password-before = Password so far
password-new = New password
password-changed = The new password counts. You are signed out everywhere else.
about-hint = A sentence or two for your calendar page.
fixed = Stays as it is.
zone-hint = New slots start with it; those that are there keep theirs.
you = you
role = Role
role-of = Role of { $name }
role-changed = { $name }: { $role }.
let-out = { $name } may do nothing here any more.
let-out-do = Let out
invite = Let somebody in
invite-whom = For whom
invite-whom-hint = Ben, Saturdays
invite-link = The link.
make-link = Make a link
open-invitations = Links that nobody has used
take-back = Take back
until = until { $when }
since = since { $when }
shown-once = It is shown once. Copy it now.
keys-text = For your own programs: tills, scripts, other systems. What they may call:
keys-empty = No keys
keys-empty-text = A key lets a program of yours do what you choose, and can be ended at any time.
new-key = New key
key-name = What it is for
key-name-hint = Till at the stall
scope = It may
scope-read = Read
scope-sell = Sell
scope-manage = Everything
scope-read-text = Look at everything.
scope-sell-text = Look, and move stock and orders.
scope-manage-text = Everything but the team.
make-key = Make the key
the-key = The key.
end-key = End
key-ended = { $name } opens nothing any more.
key-frozen = Frozen
key-thaw = Let it go on
key-thawed = { $name } may change slots again.
webhooks-text = Every fact, signed, to an address of yours: within a second, at least once, in order.
webhooks-empty = Nobody listens yet
webhooks-empty-text = Add the address of a program that should hear of orders, moves and stock.
all-kinds = everything
endpoint-on = On
endpoint-off = Off
endpoint-disabled = Disabled
deliveries = Deliveries
no-deliveries = Nothing was sent yet.
ping = Send a test
ping-sent = A test is on its way.
switch-on = Switch on
switch-off = Switch off
delivery-what = What
delivery-delivered = Taken
delivery-failed = Given up
delivery-pending = Waits
again-at = Next try { $when }
trouble-not_allowed = Nothing is sent to such an address
trouble-name_unknown = No public address is known by this name
trouble-refused = Nobody listens there
trouble-timed_out = No answer in time
trouble-not_trusted = Its certificate is not trusted
trouble-broken_off = The connection broke off
tries = Tries
replay = Send again
replayed = It is sent once more.
new-webhook = New address
webhook-url = Address
webhook-url-hint = https only; addresses inside your own network are refused.
webhook-kinds = Which facts
webhook-kinds-hint = Empty for all.
webhook-secret = The secret that checks signatures.
log-text = Who changed what from where. What was decided by it stands in the journal.
log-refused = refused, { $status }
log-from-when = { $when }, from { $address }
how-POST = made { $thing }
how-PUT = changed { $thing }
how-PATCH = changed { $thing }
how-DELETE = removed { $thing }
thing-plan = the plan
thing-slots = a slot
thing-windows = a window
thing-offers = an offer
thing-fulfilments = a pickup or delivery
thing-blocks = a block
thing-pools = a pool
thing-lists = a list of customers
thing-keys = an API key
thing-endpoints = a webhook
thing-people = somebody’s role
thing-invitations = an invitation
thing-products = a product
thing-pictures = a picture
thing-templates = a template
thing-series = a series
thing-feeds = a subscribed calendar
thing-calendar-passwords = the password of a calendar app
thing-calendars = what calendar apps are told
thing-passkeys = a passkey
thing-sessions = where they are signed in
thing-organiser = what the shop says of itself
thing-look = the look of the pages
thing-domain = the name of the pages
thing-second-factor = their second factor
thing-buyer = the contact of an order
thing-codes = a code
thing-sign-in-rules = the rules of signing in
did-publish = put it on the calendar
did-change = moved, changed or called off a slot
did-undo = took a change back
did-cancel = cancelled an order
did-move = moved an order
did-handover = handed goods over
did-resend = sent an order’s mail again
did-notes = wrote a note
did-movements = moved stock
did-counts = counted stock
did-test = sent a test to a webhook
did-replay = had a webhook sent again
did-unfreeze = let a key go on
did-answer = answered what waited for a yes
did-accept = said that somebody comes
did-decline = said that somebody does not come
did-overlay = changed the overlay’s address
did-template = gave a slot the parts of a template
did-end = ended a series
did-read = had a calendar read
did-import = imported a calendar
did-setup = set the shop up
did-session = signed in or out
did-passkey = signed in by a passkey
did-password = chose another password
did-confirm = confirmed their second factor
did-options = began with a passkey
did-use = came back by a link
did-joined = came in by an invitation
roles = Roles
role-viewer-may = Looks at everything but where buyers live.
role-stall-may = Looks, moves stock and orders, and hands goods over.
role-manager-may = Puts slots up, changes and moves them, and connects other programs; and all that stall staff may.
role-owner-may = Does everything, lets people in and out, and hands the shop over.
sent-delivered = Sent
sent-failed = Not sent
sent-pending = Waits
pause = Pause the sale
paused = The sale is paused: nobody can buy until it goes on.
paused-since = Paused since { $when }.
paused-text = Nobody can buy until it goes on; what is held stays held, and whoever waits in line keeps their place.
go-on-selling = Go on selling
goes-on = The sale goes on.
phase-paused = Paused
series-many = Series
series-empty = No series yet
series-empty-text = A series is a slot that recurs: every Friday at six, each with stock of its own. One comes from a plan, or from a recurring entry in your calendar app.
series-drafts = { $count ->
    [0] everything is on the calendar
    [one] 1 draft
   *[other] { $count } drafts
}
series-dates = { $count ->
    [one] 1 date ahead
   *[other] { $count } dates ahead
}
series-publish = { $count ->
    [one] Publish 1 draft
   *[other] Publish { $count } drafts
}
series-publish-what = Publish all of { $title }?
series-publish-text = Every draft of it that lies ahead goes on the calendar at once, and so does what its rule makes later.
series-later = Later dates too, as they are made
series-published = { $count ->
    [one] 1 date is on the calendar now.
   *[other] { $count } dates are on the calendar now.
}
series-refused = { $count ->
    [one] 1 date could not be published:
   *[other] { $count } dates could not be published:
}
texts = Texts
texts-find = A word of a text
texts-empty = No texts yet
texts-empty-text = Whatever you write stands here to be used again: what you say of yourself, the stories of your dates, what products are, what reminders say, and answers.
text-of = { $what } · { $where }
new-text = New text
texts-kept = To use again
texts-kept-hint = Keep what you write more than once: wherever a story, an announcement or a message is written, it is one choice away.
texts-written = Already written somewhere
text = Text
text-for = What it is for
text-for-hint = By this name you choose it later. Left empty, its first words.
text-put = Put in a kept text …
text-keep = Keep to use again
text-kept = “{ $title }” is kept.
edit = Edit
to-place = Where it stands
settings-payment = Payment
payment-text = How buyers can pay here, and what came of it.
pays-sandbox = Test card
pays-sandbox-text = The provider that is built in, for trying everything out: no money moves. The page says so, and each test card does what its name says. Cards are always taken, since nothing else pays for what is sent.
pays-at_pickup = At pickup
pays-at_pickup-text = Offered wherever a slot has a pickup. Take the money when you hand the goods over.
pays-offer = Offer it
pays-taken = Buyers can pay at pickup.
pays-not-taken = Buyers can’t pay at pickup any more. Orders that were made stay as they are.
pays-free = Free of charge
pays-free-text = What costs nothing asks for no payment.
pays-orders = Orders
pays-in = Taken in
pays-back = Paid back
pays-due = Still to pay
pays-failed = Where money did not come
pays-failed-none = Every payment that was promised came.
