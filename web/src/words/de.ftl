# Deutsch.

## Everywhere
close = Schließen
cancel = Abbrechen
undo = Rückgängig
unsaved = Gehen, ohne zu speichern?
unsaved-text = Was du hier getippt hast, ist noch nicht gespeichert.
unsaved-stay = Hierbleiben
unsaved-leave = Verwerfen
show = Zeigen
more = Mehr
skip = Zum Inhalt
go-on = Weiter
email = E-Mail
password = Passwort
language = Sprache
organiser = Veranstalter
account = Konto
view = Ansicht
views = Ansichten
search = Suche
offline = Der Server ist nicht zu erreichen. Es wurde nichts geändert; versuch es gleich noch einmal.
broken = Hier ist etwas schiefgegangen. Lade die Seite neu und versuch es noch einmal.
starts = Beginnt
ends = Endet
today = Heute

## Doors
sign-in = Anmelden
sign-in-text = Für alle, die dieses Regal führen.
sign-out = Abmelden
sign-in-passkey = Mit Passkey anmelden
or = oder
back = Zurück
factor-code-hint = Sechs Ziffern deiner App oder einer deiner Notfallcodes.
code-wanted = Noch eins
code-wanted-text = Das Passwort stimmt. Jetzt der Code, den deine App zeigt.
lost = Du kommst nicht hinein?
lost-text = Gib deine E-Mail-Adresse ein. Bist du hier bekannt, bekommst du einen Link, der eine halbe Stunde gilt.
lost-do = Link schicken
lost-sent = Ist die Adresse hier bekannt, dann ist ein Link unterwegs. Er gilt eine halbe Stunde.
lost-no-mail = Hier gibt es keinen Mailserver. Bitte jemanden mit der Rolle Inhaber um eine Einladung, oder wer den Server betreibt, um einen Link; so entsteht er:
recovery = Willkommen zurück
recovery-text = Wähle, womit sich { $email } von nun an anmeldet. Überall sonst wirst du abgemeldet.
recovery-do = Weiter
recovery-over = Dieser Link ist vorbei
recovery-over-text = Er gilt einmal, eine halbe Stunde lang. Bitte dort um einen neuen, wo du dich anmeldest.
way-in = Von nun an anmelden
way-passkey = Mit einem Passkey
way-password = Mit einem Passwort
passkey-text = Einen Passkey entsperrst du wie dein Gerät, mit Finger, Gesicht oder Zahl. Niemand kann ihn ablesen, und du musst dir nichts merken.
passkey-none = Es wurde kein Passkey gewählt, oder es dauerte zu lange.
passkey-there = Dieses Gerät hat schon einen Passkey für dich.
passkey-not-here = Unter dieser Adresse oder in diesem Browser gibt es keine Passkeys.
passkey-elsewhere = Passkeys gehen dort, wo diese Seite localhost heißt
setup-wanted = Diese Installation führt noch niemand. Öffne den Link, den der Server bei seinem Start ausgegeben hat.
setup = Willkommen an deinem Regal
setup-text = Sag, wer du bist und für wen du verkaufst. Alles außer der Adresse lässt sich später ändern.
setup-whom = Für wen führst du es?
setup-new = Jemand Neues …
setup-do = Regal öffnen
setup-over = Dieser Link wurde benutzt
setup-over-text = Den ersten Start gibt es nur einmal. Warst du es, melde dich an; sonst starte den Server neu und lies, was er ausgibt.
organiser-name = Name von Laden, Studio oder Reihe
organiser-name-hint = Wer kauft, sieht ihn auf jeder Seite.
organiser-slug = Adresse
zone = Zeitzone
currency = Währung
your-name = Dein Name
password-short = Nimm mindestens { $count } Zeichen; ein paar Wörter hintereinander sind gut.
missing = Schreib hier etwas.
no-address = Schreib eine Mailadresse, wie ann@example.org.
password-hint = Mindestens 12 Zeichen. Ein paar Wörter hintereinander sind gut.
invited = Komm zu { $organiser }
invited-as = Du kommst als { $name } dazu.
invitation-over = Dieser Link wurde benutzt oder ist abgelaufen
invitation-over-text = Frag nach einem neuen, wer ihn geschickt hat.
join = Dazukommen
role-viewer = Zuschauen
role-stall = Standdienst
role-manager = Leitung
role-owner = Inhaber
role-viewer-text = Du darfst alles ansehen, außer wo Käufer wohnen.
role-stall-text = Du darfst ansehen, Bestand und Bestellungen bewegen und Ware übergeben.
role-manager-text = Du darfst Termine anlegen, ändern und verschieben und andere Programme anbinden.
role-owner-text = Du darfst alles, auch Leute herein- und hinauslassen.
public-page = Öffentliche Seite

## Search
search-hint = Termine, Ansichten, Bestellungen …
search-none = Nichts passt. Versuch ein Wort aus dem Titel.
view-missing = Diese Seite gibt es nicht
view-missing-text = Die Adresse ist vielleicht vertippt oder stammt aus einer anderen Version der Konsole.
key-view = andere Ansichten
key-turn = blättern
key-move = Termin verschieben
key-nudge = um einen Tag oder Schritt verschieben
key-block = einen Block verschieben
key-stretch = einen Block strecken
key-wheel = Rad
key-zoom = vergrößern
key-next = nächster Bestand
key-rows = auf und ab
shortcuts = Tasten
shortcuts-everywhere = Überall
away = Der Server ist seit { $time } nicht zu erreichen. Was du siehst, ist von vorher; verloren ist nichts.

## Calendar
calendar = Kalender
view-month = Monat
view-week = Woche
view-day = Tag
view-venues = Orte
no-place = Ohne Ort
venues-empty = An diesen Tagen steht nichts.
templates = Vorlagen
template-hint = Zieh sie auf einen Tag, oder drück sie.
new-from = Neu aus { $template }
view-agenda = Liste
agenda-from = Ab { $day }
earlier = Früher
later = Später
hours = Stunden
mood-draft = Entwurf
mood-cancelled = Abgesagt
mood-over = Vorbei
mood-open = Im Verkauf
mood-sold_out = Ausverkauft
mood-ahead = Kommt noch
mood-paused = Angehalten
left = noch { $count }
slots = { $count ->
    [one] { $count } Termin
   *[other] { $count } Termine
}
more-slots = { $count ->
    [one] 1 weiterer
   *[other] { $count } weitere
}
units = { $sold } verkauft, { $held } gehalten, { $free } frei
calendar-empty = Noch nichts im Regal
calendar-empty-text = Ein Termin ist eine Zeit, zu der du etwas verkaufst: ein Live-Drop, eine Marktstunde, ein Workshop. Stell den ersten ein; alles, was dazugehört, zieht mit ihm um.
compose = Neuer Drop

## Moving
move = Verschieben
move-slot = { $title } verschieben
moves-with-it = Was mitzieht
moves-nothing = Es hängt nichts daran.
moves-ask = Wähle eine andere Zeit; was mitgeht, steht hier, bevor sich etwas bewegt.
ends-first = Das Ende muss nach dem Anfang liegen.
touches-orders = { $count ->
    [one] 1 Bestellung
   *[other] { $count } Bestellungen
}
touches-holds = { $count ->
    [one] 1 Reservierung
   *[other] { $count } Reservierungen
}
touches-conflicts = { $count ->
    [0] keine Konflikte
    [one] 1 Konflikt
   *[other] { $count } Konflikte
}
conflict-pickup = { $wanted } ist vergeben an
conflict-shift = { $wanted } arbeitet schon für
conflict-night = { $wanted } gibt es für andere Nächte: gebraucht { $needs }, vorhanden { $has }
clock-gap = Die Uhr überspringt am { $day } eine Stunde: es gilt { $time }.
clock-fold = Die Uhr zeigt am { $day } eine Stunde zweimal: es gilt { $time }.
needs-yes = Das braucht ein Ja.
needs-yes-text = Noch ist nichts geschehen. Ein Ja führt es jetzt aus, ein Nein lässt alles, wie es ist.
say-yes = Ja, so machen
say-no = Nein, so lassen
move-left = { $title } bleibt, wo es ist.
waiting = Wartet auf dein Ja
waiting-off = soll abgesagt werden.
waiting-to = soll umziehen auf { $when }.
waiting-until = Vergessen nach { $when }.
waiting-done = { $title }: erledigt.
waiting-left = { $title } bleibt, wie es ist.
trail-changed = Es wurde gerade geändert.
trail-told = Kunden erfahren es in { $span }.
trail-back = Zurücknehmen ({ $span })
tell-whom = { $count ->
    [0] Kunden Bescheid geben (noch hat niemand gekauft)
    [one] Einem Kunden Bescheid geben
   *[other] { $count } Kunden Bescheid geben
}
tell-now = Sofort
tell-after_quiet = Wenn Ruhe eingekehrt ist
tell-nobody = Gar nicht
tell-at = um { $time }
moved = { $title } ist jetzt am { $when }.
moved-back = { $title } ist wieder, wo es war.
week-earlier = Eine Woche früher
day-earlier = Einen Tag früher
day-later = Einen Tag später
week-later = Eine Woche später
opens-what = { $what } öffnet
closes-what = { $what } schließt
price-what = { $offer }: { $what }
anchor-on-start = zum Beginn
anchor-on-end = zum Ende
anchor-before-start = { $span } vor Beginn
anchor-after-start = { $span } nach Beginn
anchor-before-end = { $span } vor Ende
anchor-after-end = { $span } nach Ende
hangs-on-start = mit dem Beginn von { $part }
hangs-on-end = mit dem Ende von { $part }
hangs-before-start = { $span } vor dem Beginn von { $part }
hangs-after-start = { $span } nach dem Beginn von { $part }
hangs-before-end = { $span } vor dem Ende von { $part }
hangs-after-end = { $span } nach dem Ende von { $part }
anchor-clock = um { $time }
## Words that many views use
save = Speichern
add = Hinzufügen
remove = Entfernen
keep = Behalten
title = Titel
place = Ort
story = Geschichte
picture = Bild
picture-hint = Aus der Bibliothek oder eine Adresse auf diesem Server; ohne Bild wird ein Stillleben gezeichnet.
about = Beschreibung
price = Preis
state = Status
total = Summe
saved = { $what } ist gespeichert.
removed = { $what } ist weg.
copied = Kopiert.
copy = Kopieren
print = Drucken
show-more = Mehr zeigen
sure = Noch einmal drücken
how-many-units = Wie viele Stück
now = jetzt
standard = Standard
units-head = Stück

## Slot sheet
the-slot = Termin
window = Fenster
offer = Angebot
fulfilment = Abholung oder Versand
new-what = Neu: { $what }
add-to = Hinzufügen
sheet-of = Zeitachse von { $title }
sheet-hint = Zieh einen Block oder seine Ränder; mit Tasten: Alt und Pfeile. Strg und Rad vergrößern.
zoom-all = Alles
zoom-now = Jetzt
zoom-in = Vergrößern
zoom-out = Verkleinern
taken-of = { $taken } von { $most }
after-units = ab { $count }
or-after-units = oder ab { $count }
legend-now = jetzt
legend-sold = darüber verkauft
legend-ahead = öffnet noch
legend-code = mit Code oder Liste
window-changed = { $title } hat neue Zeiten.
published = { $title } steht im Kalender.
publish = Veröffentlichen
called-off = { $title } ist abgesagt. Alle bekommen ihr Geld zurück.
call-off = Absagen
call-off-what = { $title } absagen?
call-off-text = Gehaltenes wird frei, Wartende gehen, jede Bestellung wird storniert und erstattet. Das lässt sich nicht zurücknehmen.
overlay = Overlay-Adresse
overlay-copied = Die Adresse des Overlays ist kopiert. Füg sie als Browserquelle ein.
slot-missing = Kein solcher Termin
slot-missing-text = Es gab ihn nie, oder er gehört jemand anderem.
window-title-hint = Freunde, Alle …
who-may = Wer kaufen darf
everyone = Alle
code-holders = Wer einen Code von { $group } hat
list-members = Wer auf { $list } steht ({ $count })
opens = Öffnet
closes = Schließt
hold-for = Minuten, die etwas gehalten wird
limit-each = Höchstens je Käufer
limit-hint = Leer heißt ohne Grenze.
lobby-pace = Warteschlange: eingelassen je Minute
lobby-hint = Leer lässt alle zugleich ein. Mit Schlange wird der Platz derer gelost, die vor der Öffnung kommen.
waitlist-order = Wenn etwas frei wird
fair-first_come = Wer am längsten wartet, ist dran
fair-lottery = Das Los entscheidet
fair-announce = Allen sagen, wer zuerst kommt
turn-for = Minuten, die man dran ist
unsold = Was beim Schließen übrig ist
unsold-return = geht zurück in den Bestand
unsold-stay = bleibt, bis du entscheidest
unsold-roll = geht weiter an { $window }
how-many = { $what }: wie viele
unit = Einheit
minutes = Minuten
hours-unit = Stunden
days = Tage
side = Vor oder nach
before = vor
on = zu
after = nach
edge = Beginn oder Ende
the-start = Beginn
the-end = Ende
clock-time = Uhrzeit
draws-on = Kommt aus
units-each = Stück je Angebot
pool = Bestand
prices = Preise in { $currency }
step-title = Name des Preises
after-sold = ab so vielen verkauften
or-after-sold = oder ab so vielen verkauften
add-step = Weiterer Preis
most-at-once = Stück höchstens auf einmal
way = Wie man es bekommt
way-pickup = Abholung
way-delivery = Versand
way-digital = Digital
box-length = Jedes Zeitfenster
box-places = Plätze in jedem
length-15m = 15 Minuten
length-30m = 30 Minuten
length-1h = 1 Stunde
length-2h = 2 Stunden
boxes-are = { $count ->
    [one] 1 Zeitfenster, wie es ist.
   *[other] { $count } Zeitfenster, wie sie sind.
}

block-broadcast = Übertragung
block-reminder = Erinnerungen
block-announcement = Ankündigungen
block-shift = Schichten
block-cue = Ablauf
block-rule = Regeln
kind-broadcast = Übertragung
kind-reminder = Erinnerung
kind-announcement = Ankündigung
kind-shift = Schicht
kind-cue = Regieanweisung
kind-rule = Regel
as-picture = Als Bild
keep-template = Als Vorlage behalten
template-kept = { $title } ist als Vorlage behalten. Sie steht neben dem Kalender.
begins = Beginnt
when = Wann
sources = Quellen
sources-hint = Die erste, die läuft, wird gezeigt; die anderen springen in dieser Reihenfolge ein.
source-kind = Art der Quelle
source-hls = HLS
source-embed = Einbettung
source-audio = Ton
source-still = Standbild
source-first = Quelle
source-fallback = Ersatz { $number }
https-only = Es muss eine ganze Adresse mit https sein.
add-fallback = Noch ein Ersatz
replay-at = Aufzeichnung
replay-at-hint = Wo sie danach zu sehen ist; leer für nirgends.
told = Wer es erfährt
told-buyers = Käufer
told-waiting = Wer wartet
told-followers = Wer folgt
told-crew = Team
channel = Wie
channel-mail = Mail
channel-sms = SMS
channel-push = Push
channel-page = Auf der Seite
message = Nachricht
letters = { $count ->
    [one] 1 Zeichen
   *[other] { $count } Zeichen
}
person = Wer arbeitet
person-hint = Leer, solange niemand gefunden ist.
tasks = Aufgaben
tasks-hint = Eine je Zeile.
cue-host = Wer spricht
cue-camera = Kamera
cue-drone = Drohne
cue-offer = Angebot, das gezeigt wird
rule-when = Sie greift
rule-below = wenn der Bestand unter eine Marke fällt
rule-sold_out = wenn ein Fenster ausverkauft ist
rule-fewer = Weniger als
rule-then = Dann
rule-open = ein Fenster jetzt öffnen
rule-close = in anderen Terminen nichts mehr verkaufen
rule-shrink = nur noch so viele anbieten
rule-publish = einen Entwurf in den Kalender stellen
rule-target = Was
rule-all-others = Alle, die daraus schöpfen
rule-keep = Stück, die im Verkauf bleiben
price-wrong = { $price } ist kein Preis in { $currency }.

## Live desk
live = Live
live-empty = Kein Drop in der Nähe
live-empty-text = Hier stehen die Drops des letzten Tages und der nächsten dreißig, mit ihren Zahlen.
to-sheet = Zeitachse
stream-on = Live
stream-off = Verbindet …
numbers = Zahlen
n-left = Übrig
n-held = Gehalten
n-sold = Verkauft
n-waiting = Warten
n-money = Eingenommen
n-due = { $money } bei Abholung
pace = Tempo
per-minute = { $count ->
   *[other] Stück je Minute, über die letzten fünf
}
pace-chart = { $count } Stück in den letzten { $minutes } Minuten verkauft
next-up = Als Nächstes
nothing-next = Nichts öffnet, schließt oder ändert noch seinen Preis.
in-the-heat = Jetzt tun
open-now = { $what } jetzt öffnen
extend = { $what }: 5 Minuten mehr
close-now = { $what } jetzt schließen
roll-now = { $what } jetzt schließen und den Rest weitergeben
held-now = Gerade gehalten
held-by = { $buyers ->
    [one] { $units } von 1 Käufer
   *[other] { $units } von { $buyers } Käufern
}
held-free-in = Das Erste wird frei in { $span }
held-nothing = Gerade hält niemand etwas.
on-air = Auf Sendung
air-ahead = Beginnt in
air-on = Auf Sendung
air-over = Vorbei
air-left = noch { $span }
no-broadcast = Zu diesem Termin gehört keine Übertragung. Du kannst sie auf seinem Blatt anlegen.
overlay-look = Ansehen
add-units = Stück hinzufügen
message-now = Ihnen schreiben
message-waiting = Wer wartet ({ $count })
message-buyers = Wer gekauft hat ({ $count })
message-text = Was zu sagen ist
message-hint = Es geht binnen Sekunden als Mail hinaus, einmal an jede Person, und steht auf dem Blatt des Termins.
send-mail = Abschicken
said-now = Live gesagt
said-to = { $count ->
    [one] Es ist unterwegs an 1 Person.
   *[other] Es ist unterwegs an { $count } Personen.
}
units-added = { $count } Stück hinzugefügt.
key-ctrl = Strg
reason-live = Am Live-Pult hinzugefügt
phase-open = Offen
phase-ahead = Kommt
phase-closed = Zu

## Compose
compose-what = Was
compose-when = Wann und wer zuerst
compose-more = Mehr: Produkt, Ort, Geschichte, Frühpreis, Abholung
compose-ready = Bereit, wenn du es bist.
compose-missing = Titel, Preis und Stückzahl fehlen noch.
compose-missing-code = Der Code fehlt noch: Wer ihn hat, darf zuerst kaufen.
compose-from = Ausgehen von
starter-blank = Nichts
starter-drop = Live-Drop
starter-market = Marktstunden
starter-workshop = Workshop
starter-pickup-today = Deine Abholung ist heute. Bring deinen Pass mit; er geht auch ohne Netz.
starter-tomorrow = Morgen geht es los. Wir freuen uns auf dich.
first-template = Wie in der Vorlage:
brought-ways = Wie man es bekommt, steht in dem, wovon du ausgehst: { $ways }
way-none = nichts abzuholen
brought-blocks = Dazu kommt: { $blocks }
drop-title = Titel des Drops
drop-title-hint = Mondvasen, dritter Brand
price-in = Preis in { $currency }
lasts = Dauert
hours-count = { $count } Std.
who-first = Wer zuerst kaufen darf
first-nobody = Alle zugleich
first-code = Wer einen Code hat
code = Code
code-hint = Groß und klein ist gleich. Schreib ihn auf: aufgehoben wird nur seine Spur.
head-start = Sie dürfen anfangen
head-before = { $span } vorher
product = Produkt
product-hint = Falls es anders heißt als der Drop.
early-price = Frühpreis
early-hint = Leer heißt: nur ein Preis.
early-units = Für die ersten
save-draft = Als Entwurf speichern
drafted = { $title } ist als Entwurf gespeichert.
preview = Was Käufer sehen
preview-do = Vorschau
preview-at = In welchem Moment
moment-before = Davor
moment-insiders = Vorab dabei
moment-during = Während
moment-gone = Ausverkauft
moment-replay = Danach
moment-custom = Anderer
preview-width = Wie breit
width-phone = Telefon
width-screen = Bildschirm
preview-hint = Die echte Seite des Servers, gemacht aus dem, was hier steht. Nichts darin lässt sich drücken, und noch steht nichts im Kalender.
preview-hint-slot = Die echte Seite des Servers, so wie der Termin jetzt ist. Nichts darin lässt sich drücken.
preview-blank = Mit Titel und Preis zeigt sich hier die Seite: davor, während des Verkaufs, ausverkauft und danach.
preview-away = Die Seite ließ sich nicht holen.

## Library
library = Bibliothek
products = Produkte
pictures = Bilder
new-product = Neues Produkt
product-key = Name in Plänen und Angeboten
product-key-hint = Jedes Angebot dieses Namens zeigt das Produkt: seine Bilder, seinen Text und seine Fragen.
product-about-hint = Steht auf der Seite des Termins unter „What you get“. Eine leere Zeile beginnt einen neuen Absatz.
products-empty = Noch keine Produkte
products-empty-text = Ein Produkt ist das Ding auf dem Bild. Beschreib es einmal mit Bildern und Antworten, und jeder Termin, der es verkauft, zeigt sie.
pictures-empty = Noch keine Bilder
pictures-empty-text = Zieh Fotos herein, wie sie aus dem Telefon kommen. Sie werden klein und schnell gemacht, und was die Kamera über dich notiert hat, bleibt draußen.
templates-empty = Noch keine Vorlagen
templates-empty-text = Eine Vorlage enthält Fenster, Angebote und Blöcke für Termine, die einander gleichen. Öffne einen Termin und behalte ihn als Vorlage: Dann steht sie neben dem Kalender, und ein neuer Drop kann von ihr ausgehen.
template-file = Datei holen
version-of = Version { $version }
picture-count = { $count ->
    [one] 1 Bild
   *[other] { $count } Bilder
 }
question-count = { $count ->
    [one] 1 Frage
   *[other] { $count } Fragen
 }
drop-pictures = Zieh Bilder hierher oder wähle sie aus.
drop-pictures-hint = JPEG, PNG oder WebP
drop-wrong = { $name } ist kein JPEG, PNG oder WebP.
describe-picture = Beschreib das Bild
picture-name = Wie du es nennst
alt-text = Was es zeigt
alt-hint = Ein Satz für alle, die es nicht sehen: „Ein graugrüner Becher auf einem Holztisch“.
focus-hint = Drück auf den Punkt, der sichtbar bleiben soll, wo nur ein Teil Platz hat.
focus-x = Von links
focus-y = Von oben
move-earlier = Nach vorn
move-later = Nach hinten
take-out = Herausnehmen
from-library = Aus der Bibliothek
drop-picture = Zieh ein Bild hierher oder wähle eines.
choose-picture = Bild wählen
choose-other = Ein anderes
picture-gone-text = Wo es verlinkt ist, fehlt es dann. Es lässt sich nicht zurückholen.
remove-what = { $what } entfernen
product-of-library = Produkt der Bibliothek
product-of-library-hint = Seine Bilder, sein Text und seine Fragen stehen auf der Seite.
no-product = Keines
show-picture = { $title } zeigen
faqs = Fragen und Antworten
question = Frage
question-hint = Verträgt es die Spülmaschine?
answer = Antwort
add-question = Frage hinzufügen

## Stock
stock = Bestand
new-pool = Neuer Bestand
pool-title-hint = Mondvasen
stock-empty = Noch kein Bestand
stock-empty-text = Ein Bestand ist ein Stapel gezählter Dinge: Vasen, Sitze, Plätze. Angebote nehmen daraus, und nichts wird zweimal verkauft.
stock-of = frei von { $supplied }
stock-move = Bestand bewegen
stock-what = Was geschehen ist
stock-add = Es kam mehr
stock-remove = Herausgenommen
stock-lose = Kaputt oder verloren
stock-find = Wiedergefunden
stock-transfer = In einen anderen Bestand
stock-count = Gezählt
stock-to = Nach
stock-done = { $title } ist auf dem neuesten Stand.
counted = Stück, die da sind
counted-hint = Mit dem, was gehalten oder verkauft und noch nicht übergeben ist.
reason = Grund
reason-hint = Steht für immer im Buch.
account-sold = Verkauft
account-held = Gehalten
account-handed = Übergeben
account-lent = An Fenster geliehen
account-lost = Verloren
account-free = Frei
account-outside = Außerhalb
ledger = Bewegungen
ledger-of = Bewegungen von { $title }
ledger-hand = Von Hand
ledger-all = Alles
ledger-empty = Noch hat sich nichts bewegt.
fact-stock-counted = Gezählt
fact-pool-put = Eingestellt
fact-hold-made = Gehalten
fact-hold-taken = Gehalten
fact-hold-released = Zurückgegeben
fact-hold-lapsed = Haltezeit vorbei
fact-order-confirmed = Gekauft
fact-order-cancelled = Bestellung zurückgegeben
fact-order-moved = Bestellung umgezogen
fact-order-handed = Übergeben
fact-order-handover_undone = Übergabe zurückgenommen
fact-window-opened = Fenster geöffnet
fact-window-closed = Fenster geschlossen
fact-window-dripped = Nachschub kam
fact-window-put = Fenster geändert
fact-window-removed = Fenster entfernt
fact-waitlist-turn = An der Reihe
drag-transfer = Zieh es auf einen anderen Bestand, um Stücke umzubuchen.
stock-anywhere = An mehreren Orten, oder noch nicht geplant
stock-any-channel = Für jeden Weg
stock-sorted = Sortiert
stock-by-place = Nach Ort
stock-by-channel = Nach Weg
pool-edit = Bearbeiten
pool-buffer = Zurückbehalten
pool-buffer-hint = Wird nie verkauft, falls sich jemand verzählt hat.
pool-place = Wo es liegt
pool-place-hint = Danach ist der Bestand sortiert. Bleibt es leer, nach dem Ort, der davon verkauft.
pool-channel = Für welchen Weg
pool-channel-hint = Ein Wort oder zwei. Welche Angebote daraus nehmen, steht auf ihren Formularen.
channel-of-livestream = Livestream
channel-of-pickup = Abholung
channel-of-stall = Stand
nights-off = { $offer } nimmt von { $pool }, und das gilt für { $has }; dieser Termin braucht { $needs }. Ändere dessen Nächte, wovon das Angebot nimmt, oder den Termin.
through-public = alle
through-code = mit Code
through-list = nach Liste
tills = Kassen und andere Programme
tills-text = Was anderswo verkauft und hier Bestand bewegt, hat einen eigenen Schlüssel mit dem Recht Verkaufen. Hier ist zu sehen, ob es sich noch meldet.
till-link = Eine Kasse anbinden
till-well = Meldet sich
till-silent = Schweigt
till-unheard = Noch nicht gehört
till-frozen = Gesperrt
till-ended = Abgelaufen
heard-ago = zuletzt vor { $span } gehört
heard-not = noch nie gehört
counting = Regal zählen
counting-hint = Tipp, was da ist, und drück Enter für das nächste.
counting-there = { $count ->
    [one] 1 sollte da sein
   *[other] { $count } sollten da sein
}
counts-send = { $count ->
    [one] 1 Zählung speichern
   *[other] { $count } Zählungen speichern
}
counts-done = { $count ->
    [one] 1 Zählung steht in den Büchern.
   *[other] { $count } Zählungen stehen in den Büchern.
}
progress = { $done } von { $of } …

## Orders
orders = Bestellungen
orders-empty = Noch keine Bestellungen
orders-empty-text = Sobald jemand kauft, steht es binnen einer Sekunde hier.
orders-find = Name, E-Mail, Bestellung oder Pass
orders-none = Keine Bestellung passt
orders-none-text = Versuch einen Teil des Namens, der Mailadresse oder der Nummer.
orders-none-slot = Zu diesem Termin hat noch niemand gekauft.
orders-count = { $count ->
    [one] 1 Bestellung
   *[other] { $count } Bestellungen
}
all-slots = Alle Termine
export-csv = CSV ausgeben
buyer = Käufer
bought = Gekauft
order-confirmed = Bestätigt
order-partly_cancelled = Teils storniert
order-cancelled = Storniert
order-missing = Keine solche Bestellung
order-missing-text = Es gab sie nie, oder sie gehört jemand anderem.
line-confirmed = wartet auf Übergabe
line-cancelled = zurückgegeben
line-handed = Übergeben
hand-over = Übergeben
handed-over = Übergeben.
handed-to = { $name } hat es.
handed-back = { $name } bekommt es noch.
give-back = Zurückgeben
give-back-all = Stornieren und erstatten
give-back-what = Für { $name } stornieren?
give-back-text = Die Stücke sind wieder frei oder gehen an den Nächsten in der Reihe, und das Geld geht zurück.
given-back = Storniert, und das Geld ist auf dem Rückweg.
move-order = Auf einen anderen Termin
move-order-to = Auf welchen Termin
move-order-hint = Dort muss es ein gleich benanntes Angebot mit Platz geben.
order-moved = Die Bestellung ist umgezogen.
address = Adresse
life = Ihr Leben bisher
life-held = Gehalten in { $window }
life-confirmed = Bestätigt, { $method }
life-captured = { $money } eingenommen
life-handed = { $what } übergeben
life-unhanded = Übergabe zurückgenommen: { $what }
life-cancelled = { $what } zurückgegeben
life-refunded = { $money } erstattet
life-extended = Mehr Zeit zum Zahlen
life-paying = Zahlung von { $money } begonnen
life-declined = Zahlung abgelehnt
life-moved = In einen anderen Termin umgezogen
mails = Mails
mail-order-confirmed = Bestätigung
mail-order-changed = Änderung
mail-order-cancelled = Absage
edit-buyer = Kontakt bearbeiten
buyer-name = Name auf dem Pass
resend-there = Die Mail der Bestellung an die neue Adresse schicken
street = Straße und Hausnummer
street-extra = Zweite Zeile
postcode = Postleitzahl
city = Ort
region = Bundesland oder Provinz
country = Land
country-hint = Seine zwei Buchstaben, wie DE.
edited-meanwhile = Jemand anderes hat das gerade geändert.
edited-meanwhile-text = Was du getippt hast, steht noch hier. Speichere es über das andere, oder nimm das andere.
theirs-is = Dort: { $theirs }. Hier: { $yours }.
take-theirs = Das andere nehmen
save-mine = Meins speichern
resend = Mail noch einmal schicken
resent-to = Die Mail der Bestellung ist unterwegs an { $email }.
notes = Notizen
notes-none = Nichts ist notiert.
note-new = Eine Notiz fürs Team
note-hint = Wer gekauft hat, sieht sie nie.
note-write = Notieren
note-by-you = Du
note-by-person = Jemand vom Team
note-by-key = Ein Programm
note-by-house = Die Installation
note-by-password = Eine Kalender-App
note-by-link = Ein Link
life-edited = Kontakt bearbeitet
life-noted = Notiz geschrieben
life-resent = Mail noch einmal geschickt
mail-order-resent = Noch einmal
mail-slot-reminder = Erinnerung
mail-slot-announcement = Ankündigung
mail-waitlist-message = An die Wartenden
choose = { $what } auswählen
choose-all = Alle auswählen
chosen = { $count ->
    [one] 1 Bestellung ausgewählt
   *[other] { $count } Bestellungen ausgewählt
}
bulk-ask = { $count ->
    [one] Für 1 Bestellung, eine nach der anderen.
   *[other] Für { $count } Bestellungen, eine nach der anderen.
}
bulk-done = { $count ->
    [one] 1 Bestellung ist erledigt.
   *[other] { $count } Bestellungen sind erledigt.
}
bulk-failed = { $count ->
    [one] Bei 1 Bestellung ging es nicht:
   *[other] Bei { $count } Bestellungen ging es nicht:
}
stop = Anhalten
method-sandbox = mit Testkarte bezahlt
method-at_pickup = zahlt bei Abholung
method-free = kostenlos

## Pickup
pickup = Abholung
pickup-empty = Noch nichts zu übergeben
pickup-empty-text = Hat ein Termin verkauft, stehen hier alle, die abholen, nach ihrer Zeit.
pickup-none = Zu diesem Termin kommt niemand
pickup-none-text = Noch hat niemand gekauft, oder alles ist zurückgegeben.
to-pay = Zu zahlen: { $money }
bulk-due = Dafür sind { $money } zu kassieren.
due-when = Bei der Abholung
handed-to-for = { $name } hat es; { $money } sind zu kassieren.
pickup-due = { $money } sind noch zu kassieren.
pickup-left = { $count ->
    [one] 1 Posten ist noch zu übergeben.
   *[other] { $count } Posten sind noch zu übergeben.
}
no-time = Ohne Zeit
labels = Etiketten
labels-wait = { $count ->
    [one] noch 1 Bestellung …
   *[other] noch { $count } Bestellungen …
}
labels-ready = { $count ->
    [one] 1 Etikett
   *[other] { $count } Etiketten
}

## Settings
settings = Einstellungen
settings-me = Du
settings-security = Anmeldung
settings-about = Über euch
settings-look = Aussehen
look-text = Wie eure öffentlichen Seiten aussehen. Der Aufbau bleibt; Logo und Farbe sind eure.
logo = Logo
logo-none = Kein Logo
logo-hint = Es steht auf jeder Seite neben eurem Namen, auf weißem Grund.
logo-add = Ein Bild in die Bibliothek legen
look-own = Eine eigene Farbe
accent-light = Auf hellen Seiten
accent-both = Auf dunklen Seiten eine andere
accent-dark = Auf dunklen Seiten
accent-follows = Auf dunklen Seiten ist es { $colour }, der nächste Ton, der dort zu lesen ist.
contrast-enough = Kontrast { $contrast } zu 1: gut zu lesen.
contrast-short = Kontrast { $contrast } zu 1: zu wenig. Nötig sind { $needed } zu 1.
contrast-use = { $colour } nehmen
look-sample = Öffnet um 18:00
look-sample-button = 8 Minuten festhalten
look-see = Kalender ansehen
domain = Ein eigener Name
domain-text = Deine Seiten unter deiner eigenen Adresse, ohne unsere darin. Sie bleiben auch, wo sie sind.
domain-name = Name
domain-hint = Wie man ihn tippt: shop.example.com. Ein Name gehört einem Veranstalter.
domain-set = Lass den Namen { $name } dort, wo er verwaltet wird, auf dasselbe zeigen wie { $here } (CNAME, oder A und AAAA). Wir prüfen das nicht. Das Zertifikat ist Sache des Betreibers: frag ihn einmal. Mails nennen ihn, sobald jemand darüber gekommen ist.
domain-let-go = Namen freigeben
domain-gone = Deine Seiten haben keinen eigenen Namen mehr.
settings-team = Team
rules = Anmelden
rule-factor = Alle brauchen einen zweiten Faktor
rule-factor-text = Wer nur ein Passwort hat, richtet erst einen ein. Ein Passkey reicht für sich.
rule-on = Ab jetzt brauchen alle einen zweiten Faktor.
rule-off = Ein Passwort allein reicht wieder.
settings-keys = API-Schlüssel
settings-webhooks = Webhooks
settings-calendars = Kalender
settings-mail = Mail
calendars-text = Deine Termine in der Kalender-App von Telefon oder Rechner. Schalte ein, wovon die Apps erfahren.
calendar-slots = Termine
calendar-drafts = Entwürfe
calendar-windows = Fenster
calendar-pickup = Abholung
calendar-shifts = Schichten
calendar-broadcast = Übertragungen
calendar-person = Schichten von { $name }
calendar-editable = Apps dürfen ihn ändern
calendar-readonly = zum Ansehen
app-passwords = Passwörter für Kalender-Apps
app-passwords-empty = Noch hat kein Gerät eines.
device = Gerät
device-hint = Anns Telefon
calendar-scope-read = Ansehen
calendar-scope-write = Ansehen und ändern
make-password = Passwort anlegen
calendar-qr = Die Adresse des Kalenders, zum Scannen
user = Benutzer
the-password = Das Passwort.
mail-text = Was an Käufer geschrieben wurde, so wie es hinausging.
mail-empty = Noch keine Mails
mail-empty-text = Jede Bestätigung, Änderung und Absage an Käufer steht hier, Wort für Wort.
mail-to = An
settings-log = Protokoll
settings-danger = Gefahrenzone
type-to-go-on = Tippe { $what }, um weiterzugehen
export-all = Alles mitnehmen
export-all-text = Termine, Bestand, Bestellungen mit Adressen und Notizen und das ganze Journal, als Zeilen von JSON in einer Datei. Bewahre sie auf wie den Schlüssel zum Laden.
export-all-do = Alles sichern
export-lines = { $count ->
    [one] 1 Zeile bisher …
   *[other] { $count } Zeilen bisher …
}
export-done = { $count ->
    [one] 1 Zeile ist gesichert.
   *[other] { $count } Zeilen sind gesichert.
}
transfer = Jemand anderem übergeben
transfer-text = Wer es übernimmt, ist dann Inhaber, und du gehörst zur Leitung. Zurückgeben kann es nur, wer es hat.
transfer-to = An wen
transfer-do = Übergeben
transfer-nobody = Sonst ist niemand im Team. Lade zuerst jemanden ein.
owner-is = Es gehört jetzt { $name }.
sessions = Wo du angemeldet bist
this-one = dieser
last-used = zuletzt { $when }
unknown-browser = Ein Browser
session-ended = Dort abgemeldet.
sign-in-again = Du hast dich vor einer Weile angemeldet. Um zu ändern, womit du dich anmeldest, tu es noch einmal.
sign-in-again-do = Noch einmal anmelden
passkeys = Passkeys
passkey-name = Name des Passkeys
passkey-new-name = Ein Name für den neuen
passkey-add = Passkey hinzufügen
passkey-added = { $name } meldet dich von nun an an.
passkey-ended = { $name } meldet niemanden mehr an.
passkey-synced = auf mehreren Geräten
never-used = noch nicht benutzt
factor = Zweiter Faktor
factor-on = an
factor-due = Noch ein Schritt
factor-due-text = { $name } verlangt von allen einen zweiten Faktor. Richte deinen ein, dann geht es weiter.
factor-due-stale = Deine Anmeldung ist eine Weile her. Melde dich ab und wieder an, dann geht es hier weiter.
factor-go-on = Ich habe sie aufbewahrt, weiter
factor-text = Ein Passwort allein reicht dann nicht: Eine App auf deinem Telefon zeigt einen Code dazu. Ein Passkey braucht keinen.
factor-begin = Einschalten
factor-scan = Lies das mit einer App für Codes ein und tippe, was sie zeigt.
factor-qr = QR-Code für deine App
factor-type = Oder tippe dies in die App:
factor-code = Code
factor-confirm = Einschalten
factor-end = Ausschalten
factor-ended = Dein Passwort allein reicht wieder.
recovery-codes = Notfallcodes.
recovery-codes-text = Jeder meldet dich einmal an, wenn die App nicht da ist. Bewahre sie dort auf, wo die App nicht ist.
codes-left = { $count ->
    [one] ein Notfallcode übrig
   *[other] { $count } Notfallcodes übrig
}
codes-renew = Neue Notfallcodes
set-password = Passwort wählen
change-password = Passwort ändern
password-before = Bisheriges Passwort
password-new = Neues Passwort
password-changed = Das neue Passwort gilt. Überall sonst bist du abgemeldet.
about-hint = Ein, zwei Sätze für deine Kalenderseite.
fixed = Bleibt, wie es ist.
zone-hint = Neue Termine beginnen damit; vorhandene behalten ihre.
you = du
role = Rolle
role-of = Rolle von { $name }
role-changed = { $name }: { $role }.
let-out = { $name } darf hier nichts mehr.
let-out-do = Hinauslassen
invite = Jemanden hereinlassen
invite-whom = Für wen
invite-whom-hint = Ben, samstags
invite-link = Der Link.
make-link = Link erstellen
open-invitations = Links, die noch niemand benutzt hat
take-back = Zurücknehmen
until = bis { $when }
since = seit { $when }
shown-once = Wird einmal gezeigt. Kopier es jetzt.
keys-text = Für eigene Programme: Kassen, Skripte, andere Systeme. Was sie aufrufen können:
keys-empty = Keine Schlüssel
keys-empty-text = Ein Schlüssel lässt ein Programm tun, was du bestimmst, und lässt sich jederzeit beenden.
new-key = Neuer Schlüssel
key-name = Wofür er ist
key-name-hint = Kasse am Stand
scope = Er darf
scope-read = Lesen
scope-sell = Verkaufen
scope-manage = Alles
scope-read-text = Alles ansehen.
scope-sell-text = Ansehen und Bestand und Bestellungen bewegen.
scope-manage-text = Alles außer dem Team.
make-key = Schlüssel erstellen
the-key = Der Schlüssel.
end-key = Beenden
key-ended = { $name } öffnet nichts mehr.
key-frozen = Gesperrt
key-thaw = Weiter lassen
key-thawed = { $name } darf wieder Termine ändern.
webhooks-text = Jede Tatsache, unterschrieben, an deine Adresse: binnen einer Sekunde, mindestens einmal, der Reihe nach.
webhooks-empty = Noch hört niemand zu
webhooks-empty-text = Füg die Adresse eines Programms hinzu, das von Bestellungen, Verschiebungen und Bestand hören soll.
all-kinds = alles
endpoint-on = An
endpoint-off = Aus
endpoint-disabled = Abgeschaltet
deliveries = Zustellungen
no-deliveries = Noch wurde nichts gesendet.
ping = Test senden
ping-sent = Ein Test ist unterwegs.
switch-on = Einschalten
switch-off = Ausschalten
delivery-what = Was
delivery-delivered = Angenommen
delivery-failed = Aufgegeben
delivery-pending = Wartet
again-at = Nächster Versuch { $when }
trouble-not_allowed = An so eine Adresse wird nichts geschickt
trouble-name_unknown = Unter dem Namen ist keine öffentliche Adresse bekannt
trouble-refused = Dort hört niemand
trouble-timed_out = Keine Antwort in der Zeit
trouble-not_trusted = Dem Zertifikat wird nicht vertraut
trouble-broken_off = Die Verbindung brach ab
tries = Versuche
replay = Noch einmal
replayed = Es wird noch einmal gesendet.
new-webhook = Neue Adresse
webhook-url = Adresse
webhook-url-hint = Nur https; Adressen im eigenen Netz werden abgelehnt.
webhook-kinds = Welche Tatsachen
webhook-kinds-hint = Leer heißt alle.
webhook-secret = Das Geheimnis, das Unterschriften prüft.
log-text = Wer was von wo geändert hat. Was daraus folgte, steht im Journal.
log-refused = abgelehnt, { $status }
log-from-when = { $when }, von { $address }
how-POST = hat { $thing } angelegt
how-PUT = hat { $thing } geändert
how-PATCH = hat { $thing } geändert
how-DELETE = hat { $thing } entfernt
thing-plan = den Plan
thing-slots = einen Termin
thing-windows = ein Fenster
thing-offers = ein Angebot
thing-fulfilments = Abholung oder Versand
thing-blocks = einen Block
thing-pools = einen Bestand
thing-lists = eine Kundenliste
thing-keys = einen API-Schlüssel
thing-endpoints = einen Webhook
thing-people = eine Rolle
thing-invitations = eine Einladung
thing-products = ein Produkt
thing-pictures = ein Bild
thing-templates = eine Vorlage
thing-series = eine Reihe
thing-feeds = einen abonnierten Kalender
thing-calendar-passwords = ein Passwort für eine Kalender-App
thing-calendars = was Kalender-Apps erfahren
thing-passkeys = einen Passkey
thing-sessions = wo sie angemeldet sind
thing-organiser = was der Laden über sich sagt
thing-look = das Aussehen der Seiten
thing-domain = den Namen der Seiten
thing-second-factor = ihren zweiten Faktor
thing-buyer = den Kontakt einer Bestellung
thing-codes = einen Code
thing-sign-in-rules = die Regeln der Anmeldung
did-publish = hat veröffentlicht
did-change = hat einen Termin verschoben, geändert oder abgesagt
did-undo = hat eine Änderung zurückgenommen
did-cancel = hat eine Bestellung storniert
did-move = hat eine Bestellung verschoben
did-handover = hat Ware übergeben
did-resend = hat die Mail einer Bestellung noch einmal geschickt
did-notes = hat eine Notiz geschrieben
did-movements = hat Bestand bewegt
did-counts = hat Bestand gezählt
did-test = hat einem Webhook einen Test geschickt
did-replay = hat einen Webhook noch einmal senden lassen
did-unfreeze = hat einen Schlüssel weiterarbeiten lassen
did-answer = hat beantwortet, was auf ein Ja wartete
did-accept = hat eine Zusage eingetragen
did-decline = hat eine Absage eingetragen
did-overlay = hat die Overlay-Adresse geändert
did-template = hat einem Termin eine Vorlage gegeben
did-end = hat eine Reihe beendet
did-read = hat einen Kalender lesen lassen
did-import = hat einen Kalender importiert
did-setup = hat den Laden eingerichtet
did-session = hat sich an- oder abgemeldet
did-passkey = hat sich mit einem Passkey angemeldet
did-password = hat ein anderes Passwort gewählt
did-confirm = hat den zweiten Faktor bestätigt
did-options = hat mit einem Passkey begonnen
did-use = ist über einen Link zurückgekommen
did-joined = kam über eine Einladung dazu
roles = Rollen
role-viewer-may = Sieht alles, außer wo Käufer wohnen.
role-stall-may = Sieht alles, bewegt Bestand und Bestellungen und übergibt Ware.
role-manager-may = Legt Termine an, ändert und verschiebt sie und bindet andere Programme an; dazu alles, was der Standdienst darf.
role-owner-may = Darf alles, lässt Leute herein und hinaus und kann den Laden übergeben.
sent-delivered = Verschickt
sent-failed = Nicht verschickt
sent-pending = Wartet
pause = Verkauf anhalten
paused = Der Verkauf ist angehalten: Niemand kann kaufen, bis es weitergeht.
paused-since = Angehalten seit { $when }.
paused-text = Niemand kann kaufen, bis es weitergeht; was gehalten wird, bleibt gehalten, und wer wartet, behält seinen Platz.
go-on-selling = Weiter verkaufen
goes-on = Der Verkauf geht weiter.
phase-paused = Angehalten
series-many = Reihen
series-empty = Noch keine Reihen
series-empty-text = Eine Reihe ist ein Termin, der wiederkehrt: jeden Freitag um sechs, jeder mit eigenem Bestand. Sie entsteht aus einem Plan oder aus einem wiederkehrenden Eintrag in deiner Kalender-App.
series-drafts = { $count ->
    [0] alles steht im Kalender
    [one] 1 Entwurf
   *[other] { $count } Entwürfe
}
series-dates = { $count ->
    [one] 1 Termin voraus
   *[other] { $count } Termine voraus
}
series-publish = { $count ->
    [one] 1 Entwurf veröffentlichen
   *[other] { $count } Entwürfe veröffentlichen
}
series-publish-what = Alles von { $title } veröffentlichen?
series-publish-text = Jeder Entwurf, der noch kommt, steht sofort im Kalender, und was die Regel später anlegt, auch.
series-later = Auch spätere Termine, sobald sie entstehen
series-published = { $count ->
    [one] 1 Termin steht jetzt im Kalender.
   *[other] { $count } Termine stehen jetzt im Kalender.
}
series-refused = { $count ->
    [one] 1 Termin ließ sich nicht veröffentlichen:
   *[other] { $count } Termine ließen sich nicht veröffentlichen:
}
texts = Texte
texts-find = Ein Wort aus einem Text
texts-empty = Noch keine Texte
texts-empty-text = Was du schreibst, steht hier, um es wieder zu verwenden: was ihr über euch sagt, die Geschichten eurer Termine, was Produkte sind, was Erinnerungen sagen, und Antworten.
text-of = { $what } · { $where }
new-text = Neuer Text
texts-kept = Zum Wiederverwenden
texts-kept-hint = Behalte, was du öfter schreibst: Wo immer eine Geschichte, eine Ankündigung oder eine Nachricht geschrieben wird, ist es eine Auswahl entfernt.
texts-written = Schon irgendwo geschrieben
text = Text
text-for = Wofür er ist
text-for-hint = Unter diesem Namen wählst du ihn später. Bleibt er leer, sind es die ersten Worte.
text-put = Text einsetzen …
text-keep = Zum Wiederverwenden behalten
text-kept = „{ $title }“ ist behalten.
edit = Bearbeiten
to-place = Wo er steht
settings-payment = Zahlung
payment-text = Wie man hier zahlen kann, und was daraus wurde.
pays-sandbox = Testkarte
pays-sandbox-text = Der eingebaute Anbieter, um alles auszuprobieren: Es fließt kein Geld. Die Seite sagt das, und jede Testkarte tut, was ihr Name sagt. Karten werden immer genommen, denn nichts anderes bezahlt, was verschickt wird.
pays-at_pickup = Bei Abholung
pays-at_pickup-text = Wird überall angeboten, wo ein Termin eine Abholung hat. Nimm das Geld, wenn du die Ware übergibst.
pays-offer = Anbieten
pays-taken = Man kann bei Abholung zahlen.
pays-not-taken = Bei Abholung zahlen geht nicht mehr. Bestellungen, die es gibt, bleiben, wie sie sind.
pays-free = Kostenlos
pays-free-text = Was nichts kostet, fragt nach keiner Zahlung.
pays-orders = Bestellungen
pays-in = Eingenommen
pays-back = Erstattet
pays-due = Noch zu zahlen
pays-failed = Wo Geld nicht kam
pays-failed-none = Jede zugesagte Zahlung kam.
