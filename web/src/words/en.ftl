# English. One message a line; the same ids stand in de.ftl, and a test keeps it so.

## Everywhere
close = Close
cancel = Cancel
undo = Undo
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
key-view = other views
key-turn = turn
key-move = move a slot

## Calendar
calendar = Calendar
view-month = Month
view-week = Week
view-day = Day
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
moves-nothing = Nothing is anchored to it yet.
moved = { $title } is now on { $when }.
moved-back = { $title } is back where it was.
move-past = { $count ->
    [one] One of these would lie in the past.
   *[other] { $count } of these would lie in the past.
}
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
anchor-clock = at { $time }
