# Deutsch.

## Everywhere
close = Schließen
cancel = Abbrechen
undo = Rückgängig
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
setup-wanted = Diese Installation führt noch niemand. Öffne den Link, den der Server bei seinem Start ausgegeben hat.
setup = Willkommen an deinem Regal
setup-text = Sag, wer du bist und für wen du verkaufst. Alles außer der Adresse lässt sich später ändern.
setup-whom = Für wen führst du es?
setup-new = Jemand Neues …
setup-do = Regal öffnen
setup-over = Dieser Link wurde benutzt
setup-over-text = Der erste Start geschieht einmal. Warst du es, melde dich an; sonst starte den Server neu und lies, was er ausgibt.
organiser-name = Name von Laden, Studio oder Reihe
organiser-name-hint = Wer kauft, sieht ihn auf jeder Seite.
organiser-slug = Adresse
zone = Zeitzone
currency = Währung
your-name = Dein Name
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
key-view = andere Ansichten
key-turn = blättern
key-move = Termin verschieben

## Calendar
calendar = Kalender
view-month = Monat
view-week = Woche
view-day = Tag
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
left = noch { $count }
slots = { $count ->
    [one] { $count } Termin
   *[other] { $count } Termine
}
more-slots = { $count } weitere
units = { $sold } verkauft, { $held } gehalten, { $free } frei
calendar-empty = Noch nichts im Regal
calendar-empty-text = Ein Termin ist eine Zeit, zu der du etwas verkaufst: ein Live-Drop, eine Marktstunde, ein Workshop. Stell den ersten ein; alles, was dazugehört, zieht mit ihm um.
compose = Neuer Drop

## Moving
move = Verschieben
move-slot = { $title } verschieben
moves-with-it = Was mitzieht
moves-nothing = Noch hängt nichts daran.
moved = { $title } ist jetzt am { $when }.
moved-back = { $title } ist wieder, wo es war.
move-past = { $count ->
    [one] Eines davon läge in der Vergangenheit.
   *[other] { $count } davon lägen in der Vergangenheit.
}
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
anchor-clock = um { $time }
