//! Every statement that is not derived from a table, once, for both engines.
//!
//! Parameters are `$1`, `$2`, … and their first appearances ascend, because one engine numbers them in
//! the order of appearance; a test keeps this, and another prepares every statement on both engines.
//! Not here: the pages and bulk writes that follow from `tables`. Start anywhere.

/// Declares the statements and lists them.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*

        /// All of them.
        #[cfg(test)]
        pub(crate) const ALL: &[&str] = &[$($name),*];
    };
}

statements! {
    /// Takes the shard's head: its row lock, or the write transaction, makes us the only writer.
    LOCK_HEAD = "update journal_head set batch = batch + 1 where shard = $1 returning seq, batch, at_ms";
    /// Where the journal ends.
    READ_HEAD = "select seq, at_ms from journal_head where shard = $1";
    /// How many shards there are.
    COUNT_HEADS = "select count(*) from journal_head";

    /// Records after one.
    RECORDS = "select seq, at_ms, number, fingerprint, request, salt, body from journal \
        where shard = $1 and seq > $2 order by seq limit $3";
    /// Records of one organiser after one.
    RECORDS_OF = "select seq, at_ms, number, fingerprint, request, salt, body from journal \
        where shard = $1 and seq > $2 and number = $3 order by seq limit $4";
    /// Idempotency keys after a record.
    KEYS = "select seq, at_ms, number, fingerprint, request, salt from journal \
        where shard = $1 and seq > $2 and fingerprint is not null order by seq limit $3";
    /// When the first record from a place on was decided.
    RECORD_AT = "select seq, at_ms from journal where shard = $1 and seq >= $2 order by seq limit 1";

    /// One ended hold.
    HOLD_ENDED = "select body from hold_ended where shard = $1 and id = $2";
    /// One live hold.
    HOLD = "select body from hold where shard = $1 and id = $2";
    /// One waiter.
    ENTRY = "select body from entry where shard = $1 and id = $2";
    /// One who waited.
    ENTRY_LEFT = "select body from entry_left where shard = $1 and id = $2";
    /// One order.
    ORDER = "select body from orders where shard = $1 and id = $2";
    /// Orders of a slot, oldest first.
    ORDERS_OF_SLOT = "select id, body from orders where shard = $1 and slot = $2 and id > $3 order by id limit $4";
    /// Orders of an organiser, oldest first.
    ORDERS_OF = "select id, body from orders where shard = $1 and number = $2 and id > $3 order by id limit $4";
    /// The record that tells what a source stands for.
    SOURCE = "select seq from source where shard = $1 and number = $2 and digest = $3";
    /// Payments that need a next step.
    SETTLING = "select id, kind from settling where shard = $1 and id > $2 order by id limit $3";
    /// One part of the runs of idempotency keys, newest first.
    KEY_PARTS = "select seq, body from key_run where shard = $1 and part = $2 and seq < $3 order by seq desc limit $4";
    /// Every part of the runs of idempotency keys after one.
    ALL_KEY_PARTS = "select seq, body, part from key_run where shard = $1 and (part, seq) > ($2, $3) \
        order by part, seq limit $4";
    /// Lets one part of old runs go.
    FORGET_KEYS = "delete from key_run where shard = $1 and part = $2 and seq <= $3";

    /// Makes a consumer that is not there yet.
    MAKE_CONSUMER = "insert into consumer (shard, name, seq, holder, until_ms) values ($1, $2, $3, $4, 0) \
        on conflict (shard, name) do nothing";
    /// How far a consumer has come.
    READ_CONSUMER = "select seq from consumer where shard = $1 and name = $2";
    /// Takes or keeps a consumer's turn.
    TAKE_CONSUMER = "update consumer set holder = $1, until_ms = $2 \
        where shard = $3 and name = $4 and (holder = $1 or until_ms <= $5) returning seq";
    /// Moves a consumer on, if it still is the holder's turn and nobody else has moved it.
    MOVE_CONSUMER = "update consumer set seq = $1 where shard = $2 and name = $3 and holder = $4 and seq < $1";

    /// What is due in an endpoint's lane: of each subject only the oldest that waits.
    DELIVERIES_DUE = "select id, subject, sequence, kind, body, state, tries, due_ms, last_status, trouble \
        from delivery d where shard = $1 and endpoint = $2 and state = 0 and due_ms <= $3 and not exists \
        (select 1 from delivery e where e.shard = d.shard and e.endpoint = d.endpoint and e.state = 0 \
        and e.subject = d.subject and (e.sequence, e.id) < (d.sequence, d.id)) \
        order by due_ms, sequence, id limit $4";
    /// When the next delivery of an endpoint is due.
    DELIVERY_NEXT = "select due_ms from delivery where shard = $1 and endpoint = $2 and state = 0 \
        order by due_ms, id limit 1";
    /// Notes how a try went. What was given up while it was under way waits no more; what was taken was taken.
    SETTLE_DELIVERY = "update delivery set state = $1, tries = $2, due_ms = $3, last_status = $4, trouble = $5 \
        where shard = $6 and endpoint = $7 and id = $8 and (state = 0 or $1 = 1)";
    /// An endpoint's log, newest first.
    DELIVERIES = "select id, subject, sequence, kind, body, state, tries, due_ms, last_status, trouble \
        from delivery where shard = $1 and endpoint = $2 and id < $3 order by id desc limit $4";
    /// One delivery.
    DELIVERY = "select id, subject, sequence, kind, body, state, tries, due_ms, last_status, trouble \
        from delivery where shard = $1 and endpoint = $2 and id = $3";
    /// Lets old deliveries go that are at rest.
    FORGET_DELIVERIES = "delete from delivery where shard = $1 and endpoint = $2 and id < $3 and state <> 0";

    /// Mails that are due: of each order only the oldest that waits.
    MAILS_DUE = "select number, seq, subject, kind, sequence, recipient, title, body, state, tries, due_ms \
        from mail m where shard = $1 and state = 0 and due_ms <= $2 and not exists \
        (select 1 from mail e where e.shard = m.shard and e.subject = m.subject and e.state = 0 \
        and e.seq < m.seq) order by due_ms, seq, subject limit $3";
    /// When the next mail is due.
    MAIL_NEXT = "select due_ms from mail where shard = $1 and state = 0 order by due_ms, seq limit 1";
    /// The fact that was last told of an order, and iCalendar's SEQUENCE in it.
    MAIL_LAST = "select seq, sequence from mail where shard = $1 and subject = $2 order by seq desc limit 1";
    /// Notes how a try went.
    SETTLE_MAIL = "update mail set state = $1, tries = $2, due_ms = $3 \
        where shard = $4 and number = $5 and seq = $6 and subject = $7";
    /// An organiser's mails, newest first.
    MAILS = "select number, seq, subject, kind, sequence, recipient, title, body, state, tries, due_ms \
        from mail where shard = $1 and number = $2 and (seq, subject) < ($3, $4) \
        order by seq desc, subject desc limit $5";
    /// Whether anybody runs this installation.
    PEOPLE = "select id from person where shard = $1 limit 1";
    /// Somebody, by mail address.
    PERSON_BY_EMAIL = "select id, email, name, password, made_ms from person where shard = $1 and email = $2";
    /// Gives somebody another password.
    SET_PASSWORD = "update person set password = $1 where shard = $2 and id = $3";
    /// For whom somebody may do what.
    MEMBERSHIPS = "select home_shard, number, role from member where shard = $1 and person = $2 order by since_ms";
    /// Who may do what for an organiser.
    MEMBERS = "select p.id, p.email, p.name, p.password, p.made_ms, m.role, m.since_ms from member m join person p \
        on p.shard = m.shard and p.id = m.person where m.shard = $1 and m.home_shard = $2 and m.number = $3 \
        order by m.since_ms, p.id";
    /// Makes changes of roles follow one another: two owners that let each other out at once would leave none.
    LOCK_ROLES = "update setup set at_ms = at_ms where shard = $1";
    /// The names of their own that organisers' pages have.
    DOMAINS = "select name, home_shard, number from domain where shard = $1 order by name";
    /// Whose name it is.
    DOMAIN_OWNER = "select home_shard, number from domain where shard = $1 and name = $2";
    /// Since when an organiser's people must have a second factor.
    FACTOR_RULE = "select since_ms from factor_rule where shard = $1 and home_shard = $2 and number = $3";
    /// Who owns an organiser.
    OWNERS = "select person from member where shard = $1 and home_shard = $2 and number = $3 and role = 3";
    /// Lets somebody out.
    REMOVE_MEMBER = "delete from member where shard = $1 and home_shard = $2 and number = $3 and person = $4";
    /// Gives somebody another role.
    SET_ROLE = "update member set role = $1 where shard = $2 and home_shard = $3 and number = $4 and person = $5";
    /// Who is signed in with a token, and with which role.
    SESSION = "select s.id, s.home_shard, s.number, s.made_ms, s.seen_ms, s.until_ms, s.agent, s.address, p.id, \
        p.email, p.name, p.password, p.made_ms, m.role, \
        (select count(*) from factor_rule r where r.shard = s.shard and r.home_shard = s.home_shard \
        and r.number = s.number), (select count(*) from second_factor f where f.shard = s.shard \
        and f.person = s.person and f.since_ms > 0) from session s join person p on p.shard = s.shard \
        and p.id = s.person join member m on m.shard = s.shard and m.person = s.person \
        and m.home_shard = s.home_shard and m.number = s.number where s.shard = $1 and s.digest = $2";
    /// Where somebody is signed in, newest first.
    SESSIONS = "select id, made_ms, seen_ms, until_ms, agent, address from session where shard = $1 and person = $2 \
        order by id desc limit $3";
    /// Notes that a session was used.
    SEEN_SESSION = "update session set seen_ms = $1, until_ms = $2, address = $3 where shard = $4 and digest = $5";
    /// Goes on for another organiser.
    TURN_SESSION = "update session set home_shard = $1, number = $2 where shard = $3 and digest = $4";
    /// Signs somebody out in one place.
    END_SESSION = "delete from session where shard = $1 and person = $2 and id = $3";
    /// Signs somebody out of an organiser everywhere.
    END_SESSIONS_AT = "delete from session where shard = $1 and person = $2 and home_shard = $3 and number = $4";
    /// Signs somebody out everywhere but here.
    END_OTHER_SESSIONS = "delete from session where shard = $1 and person = $2 and digest <> $3";
    /// Lets go of sessions that have run out.
    FORGET_SESSIONS = "delete from session where shard = $1 and until_ms <= $2";
    /// An invitation, by its link.
    INVITATION = "select id, home_shard, number, role, label, made_by, made_ms, until_ms from invitation \
        where shard = $1 and digest = $2";
    /// The invitations of an organiser, newest first.
    INVITATIONS = "select id, home_shard, number, role, label, made_by, made_ms, until_ms from invitation \
        where shard = $1 and home_shard = $2 and number = $3 order by id desc limit $4";
    /// Takes an invitation back.
    END_INVITATION = "delete from invitation where shard = $1 and home_shard = $2 and number = $3 and id = $4";
    /// Uses an invitation up.
    SPEND_INVITATION = "delete from invitation where shard = $1 and digest = $2 and until_ms > $3";
    /// Somebody, by id.
    PERSON = "select id, email, name, password, made_ms from person where shard = $1 and id = $2";
    /// Signs somebody out everywhere.
    END_ALL_SESSIONS = "delete from session where shard = $1 and person = $2";
    /// Lets go of challenges that have run out.
    FORGET_CHALLENGES = "delete from challenge where shard = $1 and until_ms <= $2";
    /// How many challenges wait for an answer.
    COUNT_CHALLENGES = "select count(*) from challenge where shard = $1";
    /// A challenge that this browser was given.
    CHALLENGE = "select person from challenge where shard = $1 and digest = $2 and asker = $3 and until_ms > $4";
    /// Uses a challenge up.
    SPEND_CHALLENGE = "delete from challenge where shard = $1 and digest = $2";
    /// Somebody's passkeys, the newest first.
    PASSKEYS = "select credential, id, person, name, public_key, counter, backed_up, made_ms, used_ms \
        from passkey where shard = $1 and person = $2 order by id desc";
    /// A passkey, by what its device calls it.
    PASSKEY = "select credential, id, person, name, public_key, counter, backed_up, made_ms, used_ms \
        from passkey where shard = $1 and credential = $2";
    /// Gives a passkey another name.
    NAME_PASSKEY = "update passkey set name = $1 where shard = $2 and person = $3 and id = $4";
    /// Ends a passkey.
    END_PASSKEY = "delete from passkey where shard = $1 and person = $2 and id = $3";
    /// Notes that a passkey was used, if its counter has risen or it never counts.
    USE_PASSKEY = "update passkey set counter = $1, backed_up = $2, used_ms = $3 where shard = $4 \
        and credential = $5 and (counter < $1 or (counter = 0 and $1 = 0))";
    /// Makes changes of somebody's ways in follow one another.
    LOCK_PERSON = "update person set made_ms = made_ms where shard = $1 and id = $2";
    /// Somebody's second factor.
    SECOND_FACTOR = "select secret, since_ms, step from second_factor where shard = $1 and person = $2";
    /// Makes a second factor count.
    CONFIRM_FACTOR = "update second_factor set since_ms = $1, step = $2, wrong = 0 \
        where shard = $3 and person = $4 and since_ms = 0";
    /// Counts a try, if there are any left in this stretch of time.
    TRY_FACTOR = "update second_factor set wrong = case when wrong_ms <= $1 then 1 else wrong + 1 end, \
        wrong_ms = case when wrong_ms <= $1 then $2 else wrong_ms end \
        where shard = $3 and person = $4 and (wrong_ms <= $1 or wrong < $5)";
    /// Takes a code's step, if it is later than the last that was taken.
    USE_STEP = "update second_factor set step = $1, wrong = 0 where shard = $2 and person = $3 and step < $1";
    /// Begins to count wrong codes anew.
    CLEAR_TRIES = "update second_factor set wrong = 0 where shard = $1 and person = $2";
    /// Ends a second factor.
    END_FACTOR = "delete from second_factor where shard = $1 and person = $2";
    /// How many recovery codes somebody has left.
    COUNT_CODES = "select count(*) from recovery_code where shard = $1 and person = $2";
    /// Uses a recovery code up.
    SPEND_CODE = "delete from recovery_code where shard = $1 and person = $2 and digest = $3";
    /// Ends all of somebody's recovery codes.
    END_CODES = "delete from recovery_code where shard = $1 and person = $2";
    /// A link for somebody who can't sign in.
    RECOVERY_LINK = "select person, lifts from recovery_link where shard = $1 and digest = $2 and until_ms > $3";
    /// How many such links of somebody are open.
    COUNT_LINKS = "select count(*) from recovery_link where shard = $1 and person = $2 and until_ms > $3";
    /// Uses a link up.
    SPEND_LINK = "delete from recovery_link where shard = $1 and digest = $2";
    /// Ends all of somebody's links.
    END_LINKS = "delete from recovery_link where shard = $1 and person = $2";
    /// Lets go of links that have run out.
    FORGET_LINKS = "delete from recovery_link where shard = $1 and until_ms <= $2";
    /// The audit log of an organiser, newest first.
    AUDIT = "select id, at_ms, person, name, act, subject, status, address from audit \
        where shard = $1 and home_shard = $2 and number = $3 and id < $4 order by id desc limit $5";
    /// How often an organiser's calendars have changed.
    READ_CALENDAR_HOME = "select revision, edition from calendar_home where shard = $1 and number = $2";
    /// Makes that row where it is not there yet.
    MAKE_CALENDAR_HOME = "insert into calendar_home (shard, number, revision, edition) values ($1, $2, 0, 0) \
        on conflict (shard, number) do nothing";
    /// Takes the next revision, if nobody else has.
    RAISE_CALENDAR_HOME = "update calendar_home set revision = $1, edition = $2 \
        where shard = $3 and number = $4 and revision = $5";
    /// An organiser's calendars.
    CALENDARS = "select name, kind, shown, token from calendar where shard = $1 and number = $2 order by name";
    /// What a viewer calls an organiser's calendars, and so on.
    CALENDAR_PROPERTIES = "select calendar, property, value from calendar_property \
        where shard = $1 and number = $2 and viewer = $3 order by calendar, property";
    /// Forgets a property.
    FORGET_CALENDAR_PROPERTY = "delete from calendar_property \
        where shard = $1 and number = $2 and calendar = $3 and viewer = $4 and property = $5";
    /// A calendar's entries after a revision, without their texts.
    CALENDAR_HEADS = "select calendar, name, slot, uid, state, version, token, tag, size, from_ms, until_ms, \
        changed_ms, note from calendar_entry where shard = $1 and number = $2 and calendar = $3 and token > $4 \
        order by name";
    /// One entry.
    CALENDAR_ENTRY = "select calendar, name, slot, uid, state, version, token, tag, size, from_ms, until_ms, \
        changed_ms, note, body, pending from calendar_entry \
        where shard = $1 and number = $2 and calendar = $3 and name = $4";
    /// A page of a calendar's entries after a name.
    CALENDAR_ENTRIES = "select calendar, name, slot, uid, state, version, token, tag, size, from_ms, until_ms, \
        changed_ms, note, body, pending from calendar_entry \
        where shard = $1 and number = $2 and calendar = $3 and name > $4 order by name limit $5";
    /// All entries of a slot, in any calendar.
    CALENDAR_ENTRIES_OF = "select calendar, name, slot, uid, state, version, token, tag, size, from_ms, until_ms, \
        changed_ms, note, body, pending from calendar_entry \
        where shard = $1 and number = $2 and slot = $3 order by calendar, name";
    /// What has this UID in a calendar.
    CALENDAR_UID = "select name from calendar_entry \
        where shard = $1 and number = $2 and calendar = $3 and uid = $4 and state = 0";
    /// Which version of each slot the entries show.
    CALENDAR_VERSIONS = "select slot, max(version) from calendar_entry where shard = $1 and number = $2 group by slot";
    /// An organiser's app passwords, oldest first.
    CALENDAR_PASSWORDS = "select id, digest, name, calendars, may_write, made_ms, used_ms, used_by \
        from calendar_password where shard = $1 and number = $2 order by id";
    /// An app password by what is kept of it.
    CALENDAR_PASSWORD_OF = "select id, digest, name, calendars, may_write, made_ms, used_ms, used_by \
        from calendar_password where shard = $1 and number = $2 and digest = $3";
    /// Notes that an app password was used.
    NOTE_CALENDAR_PASSWORD = "update calendar_password set used_ms = $1, used_by = $2 \
        where shard = $3 and number = $4 and id = $5";
    /// Ends an app password.
    REMOVE_CALENDAR_PASSWORD = "delete from calendar_password where shard = $1 and number = $2 and id = $3";

    /// An organiser's kept texts, oldest first.
    KEPT_TEXTS = "select id, version, title, body, changed_ms from kept_text \
        where shard = $1 and number = $2 order by id";
    /// A kept text.
    KEPT_TEXT = "select id, version, title, body, changed_ms from kept_text \
        where shard = $1 and number = $2 and id = $3";
    /// Changes a kept text, if nobody has since it was at this version.
    CHANGE_KEPT_TEXT = "update kept_text set version = $1, title = $2, body = $3, changed_ms = $4 \
        where shard = $5 and number = $6 and id = $7 and version = $8";
    /// Removes a kept text.
    REMOVE_KEPT_TEXT = "delete from kept_text where shard = $1 and number = $2 and id = $3";

    /// When an organiser's programs were last heard of.
    HEARD = "select id, at_ms from heard where shard = $1 and number = $2 order by id";
    /// Forgets a program that may not speak any more.
    FORGET_HEARD = "delete from heard where shard = $1 and number = $2 and id = $3";

    /// An organiser's feeds, oldest first.
    FEEDS = "select id, url, title, zone, unknown_zone, every_ms, made_ms, read_ms, due_ms, failures, trouble, \
        etag, modified, report from feed where shard = $1 and number = $2 order by id";
    /// A feed.
    FEED = "select id, url, title, zone, unknown_zone, every_ms, made_ms, read_ms, due_ms, failures, trouble, \
        etag, modified, report from feed where shard = $1 and number = $2 and id = $3";
    /// Feeds that are due and that nobody reads.
    FEEDS_DUE = "select id, url, title, zone, unknown_zone, every_ms, made_ms, read_ms, due_ms, failures, trouble, \
        etag, modified, report from feed where shard = $1 and due_ms <= $2 and busy_ms <= $3 \
        order by due_ms limit $4";
    /// Changes what an organiser says of a feed, which is read anew then.
    CHANGE_FEED = "update feed set title = $1, zone = $2, unknown_zone = $3, every_ms = $4, due_ms = $5, etag = '', \
        modified = '' where shard = $6 and number = $7 and id = $8";
    /// Keeps others from reading a feed, if nobody reads it.
    CLAIM_FEED = "update feed set busy_ms = $1 where shard = $2 and number = $3 and id = $4 and busy_ms <= $5";
    /// Notes how reading a feed went.
    SETTLE_FEED = "update feed set read_ms = $1, due_ms = $2, failures = $3, trouble = $4, etag = $5, modified = $6, \
        report = $7, busy_ms = 0 where shard = $8 and number = $9 and id = $10";
    /// Ends a feed.
    REMOVE_FEED = "delete from feed where shard = $1 and number = $2 and id = $3";
    /// What has become of a feed's entries.
    FEED_ENTRIES = "select name, kind, subject, version, said from feed_entry \
        where shard = $1 and number = $2 and feed = $3 order by name";
    /// Forgets an entry of a feed.
    FORGET_FEED_ENTRY = "delete from feed_entry where shard = $1 and number = $2 and feed = $3 and name = $4";
    /// Forgets all entries of a feed.
    FORGET_FEED_ENTRIES = "delete from feed_entry where shard = $1 and number = $2 and feed = $3";

    /// The content of a picture's file.
    PICTURE_FILE = "select body from picture_file where shard = $1 and number = $2 and digest = $3";
    /// Names of an organiser's files from before an instant.
    PICTURE_FILES_BEFORE = "select digest from picture_file \
        where shard = $1 and number = $2 and made_ms < $3 and $4 < digest order by digest limit $5";
    /// Removes a file that no picture names, unless it was kept anew.
    SWEEP_PICTURE_FILE = "delete from picture_file \
        where shard = $1 and number = $2 and digest = $3 and made_ms < $4";

    /// A value of the data as a whole.
    READ_META = "select value from meta where name = $1";
    /// Makes a shard's head.
    MAKE_HEAD = "insert into journal_head (shard, seq, batch, at_ms) values ($1, 0, 0, 0) on conflict (shard) do nothing";
    /// The migrations that were run.
    MIGRATIONS = "select number, name, checksum from migration order by number";
    /// Notes that a migration was run.
    NOTE_MIGRATION = "insert into migration (number, name, checksum) values ($1, $2, $3)";
}

/// The table of migrations, which stands before any of them.
pub(crate) const MIGRATION_TABLE: &str = "create table if not exists migration \
    (number bigint not null primary key, name text not null, checksum text not null)";
