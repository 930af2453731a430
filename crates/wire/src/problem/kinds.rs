//! Every kind of problem in one table: code, status, title, when, and what to do next.
//!
//! The order of the first part is the order of precedence of the core's refusals. The page
//! `docs/reference/problems.md` is this table (see `page`); a test keeps the two the same.

kinds! {
    KeyReused 422 "key_reused" "Idempotency key reused"
        "The idempotency key was used for another request."
        buyer "Reload the page and try again."
        organiser "Make a new key for every new request; keep it for retries of the same one."
        operator "Nothing.";
    KeyInFlight 409 "key_in_flight" "First request under way"
        "The first request with this idempotency key has not been answered yet."
        buyer "Wait a moment."
        organiser "Send the same request again after `retry_after` seconds."
        operator "Look at the desk's queue if it stays.";
    SourceReused 422 "source_reused" "Source used for something else"
        "The sender's own id for a stock movement or a count was used for another one."
        buyer "Nothing."
        organiser "Make a new `source` for everything new; `first` says what this one stands for."
        operator "Nothing.";
    Unknown 404 "unknown" "Not found"
        "It does not exist, or not for this caller."
        buyer "Check the link."
        organiser "Check the id and whose key was used."
        operator "Nothing.";
    SecretWrong 401 "secret_wrong" "Wrong secret"
        "The bearer secret is not the one of this hold, order or waitlist entry."
        buyer "Use the link that came with the purchase."
        organiser "Send the secret that was answered when it was made."
        operator "Watch for many: somebody may be guessing.";
    CredentialFrozen 403 "credential_frozen" "Credential frozen"
        "The credential changed too much at once and may change nothing until another one lets it."
        buyer "Nothing."
        organiser "Look at what it did, then let it on with another key: `POST /v1/keys/{key}/unfreeze`."
        operator "Nothing.";
    VersionStale 412 "version_stale" "Changed meanwhile"
        "Somebody else changed it meanwhile."
        buyer "Nothing."
        organiser "Read it again, merge, and send the new ETag in `If-Match`."
        operator "Nothing.";
    NameTaken 409 "name_taken" "Name taken"
        "The name is taken."
        buyer "Nothing."
        organiser "Choose another for `field`."
        operator "Nothing.";
    Invalid 422 "invalid" "Not valid"
        "Something that the organiser wrote can't be."
        buyer "Nothing."
        organiser "Change `field` as the sentence says."
        operator "Nothing.";
    LinesOutOfBounds 422 "lines_out_of_bounds" "Lines out of bounds"
        "No lines, too many of them, or an offer named twice."
        buyer "Put at most `max` different offers into the basket."
        organiser "Send 1 to `max` lines, each offer once."
        operator "Nothing.";
    QuantityOutOfBounds 422 "quantity_out_of_bounds" "Quantity out of bounds"
        "Less than one, or more than one may take at once."
        buyer "Choose 1 to `max`."
        organiser "Raise the offer's limit if it is meant to be higher."
        operator "Nothing.";
    AddOnAlone 422 "add_on_alone" "Add-on alone"
        "An add-on without the offer that it belongs to."
        buyer "Add the main offer too."
        organiser "Nothing."
        operator "Nothing.";
    LimitReached 409 "limit_reached" "Limit reached"
        "There are as many of these as there may be."
        buyer "Nothing."
        organiser "Remove what is no longer needed; `detail` says where nothing can be removed."
        operator "Nothing.";
    InUse 409 "in_use" "In use"
        "It is in use: bought, held, waited for or referred to."
        buyer "Nothing."
        organiser "Cancel or move what uses it first."
        operator "Nothing.";
    NeedsYes 409 "needs_yes" "Needs a yes"
        "It destroys what people have or were promised, and nobody said yes to that."
        buyer "Nothing."
        organiser "Read `reasons`; send it again with `yes=true` if it is meant."
        operator "Nothing.";
    NothingToUndo 409 "nothing_to_undo" "Nothing to take back"
        "There is no change to take back, or it is too late."
        buyer "Nothing."
        organiser "Change it again."
        operator "Nothing.";
    SlotNotPublished 409 "slot_not_published" "Not on the calendar"
        "The slot is not on the calendar."
        buyer "Come back later."
        organiser "Publish the slot."
        operator "Nothing.";
    SlotCancelled 409 "slot_cancelled" "Slot cancelled"
        "The slot was called off."
        buyer "Look at the calendar for others."
        organiser "Nothing."
        operator "Nothing.";
    SlotOver 409 "slot_over" "Slot over"
        "The slot is over."
        buyer "Look at the calendar for the next."
        organiser "Nothing."
        operator "Nothing.";
    NotOffered 409 "not_offered" "Not offered"
        "The slot is on the calendar and sells nothing: its sale is paused, stock is low, or it can't be fulfilled any more."
        buyer "Come back later if `why` is `paused` or `stock_low`; else look at the calendar."
        organiser "Go on after a pause, add stock, change the rule that closed it, add pickup places, or say for which nights a partner's units are."
        operator "Nothing.";
    CodeWrong 403 "code_wrong" "Wrong code"
        "The code does not open anything here: unknown, expired, or of another group."
        buyer "Check the code, or buy in a public window."
        organiser "Check the code's group and expiry."
        operator "Watch for many: somebody may be guessing.";
    NotAdmitted 403 "not_admitted" "Not admitted"
        "No window of this slot admits this buyer."
        buyer "Enter a code if `code_needed`, or wait for a public window."
        organiser "Add the buyer to a list, or open a window."
        operator "Nothing.";
    WindowNotOpen 409 "window_not_open" "Not open yet"
        "The window that admits this buyer has not opened."
        buyer "Come back at `opens_at`."
        organiser "Nothing: it opens by itself."
        operator "Check the machine's clock if it should be open.";
    WindowClosed 409 "window_closed" "Window closed"
        "Every window that admits this buyer is over."
        buyer "Join the waitlist where there is one, or look at the calendar."
        organiser "Nothing."
        operator "Nothing.";
    LobbyNotOpen 409 "lobby_not_open" "Lobby not open yet"
        "The lobby gives out no numbers yet."
        buyer "Come back at `opens_at`. Whoever comes before the window opens has the same chance."
        organiser "Let the window's lobby begin earlier if it should."
        operator "Nothing.";
    NoLobby 409 "no_lobby" "No lobby"
        "No window that admits this buyer has a lobby: one can hold without a number."
        buyer "Hold right away."
        organiser "Send a hold without a number."
        operator "Nothing.";
    NumberNeeded 409 "number_needed" "Number needed"
        "The window lets in by number, and there is none, or its time is over."
        buyer "Take a number."
        organiser "Take one at `lobby_url`, wait until it is let in, and send it with the hold."
        operator "Nothing.";
    NumberWaits 409 "number_waits" "Not let in yet"
        "The number has not been let in yet."
        buyer "Wait until `lets_in_at`."
        organiser "Send the hold again, with a new key, at `lets_in_at`."
        operator "Nothing.";
    NumberUsed 409 "number_used" "Number in use"
        "Somebody holds with this number."
        buyer "Go on with what you hold, or give it back first."
        organiser "Confirm or release the hold that was made with it."
        operator "Nothing.";
    OfferNotInWindow 409 "offer_not_in_window" "Not sold in this window"
        "The window does not sell this offer."
        buyer "Choose another offer."
        organiser "Add the offer to the window."
        operator "Nothing.";
    BuyerLimit 409 "buyer_limit" "Limit per buyer"
        "More than one buyer may have in this window."
        buyer "Take at most `left` more."
        organiser "Raise the window's limit if it is meant to be higher."
        operator "Nothing.";
    PlacesFull 409 "places_full" "No places left"
        "No place is left to receive it at this time, or the time is over."
        buyer "Choose another time, if there is one; else wait in line."
        organiser "Add places."
        operator "Nothing.";
    TooFewLeft 409 "too_few_left" "Too few left"
        "Too few units are left."
        buyer "Take at most `left`, or join the waitlist at `waitlist_url`."
        organiser "Nothing, or add stock."
        operator "Nothing.";
    HoldEnded 409 "hold_ended" "Hold ended"
        "The hold has ended."
        buyer "Start again."
        organiser "Read the hold: `state` says how it ended."
        operator "Nothing.";
    HoldConfirming 409 "hold_confirming" "Payment under way"
        "A payment for the hold is under way."
        buyer "Wait for its outcome."
        organiser "Read the hold until it ends."
        operator "Look at the payment provider if it stays.";
    HoldTaken 409 "hold_taken" "Held already"
        "The hold holds its units already."
        buyer "Pay."
        organiser "Go on with confirm."
        operator "Nothing.";
    ExtensionsUsed 409 "extensions_used" "No more extensions"
        "The hold was extended as often as the window allows."
        buyer "Pay before it lapses."
        organiser "Allow more extensions in the window."
        operator "Nothing.";
    MethodUnfit 422 "method_unfit" "Payment method does not fit"
        "The payment method does not fit: free for what costs money, money for what is free, or at pickup for what is not fetched or where the organiser takes no money then."
        buyer "Choose another method."
        organiser "Send `free` only for a total of zero, and for nothing else; `at_pickup` of the organiser says whether one may pay at pickup."
        operator "Nothing.";
    AddressMissing 422 "address_missing" "Address missing"
        "The goods are sent, and nobody said where to."
        buyer "Write the address that they shall be sent to."
        organiser "Send `buyer.address`, or choose another way to receive the goods."
        operator "Nothing.";
    PaymentDeclined 402 "payment_declined" "Payment declined"
        "The provider declined the payment. The hold goes on."
        buyer "Pay in another way before `expires_at`."
        organiser "Nothing."
        operator "Nothing.";
    OrderClosed 409 "order_closed" "Order closed"
        "The order, or this line of it, was given back or handed over."
        buyer "Look at the order."
        organiser "Read the order again."
        operator "Nothing.";
    AlreadyRedeemed 409 "already_redeemed" "Already redeemed"
        "The pass was taken for its goods before."
        buyer "Ask at the stall: `at`, `stall` and `by` say who took it."
        organiser "Give nothing. If it was a slip a moment ago, take that handover back first."
        operator "Nothing.";
    NoCounterpart 409 "no_counterpart" "No counterpart there"
        "The other slot has no offer of the same name, or none in a window that is open."
        buyer "Choose another slot."
        organiser "Add an offer with the same key to that slot."
        operator "Nothing.";
    UnitsFree 409 "units_free" "Units are free"
        "Units are there: hold them."
        buyer "Buy now."
        organiser "Send a hold instead."
        operator "Nothing.";
    AlreadyWaiting 409 "already_waiting" "Already in line"
        "This contact is in line for this offer."
        buyer "Wait for your turn."
        organiser "Nothing."
        operator "Nothing.";
    NeverEnough 409 "never_enough" "Never enough"
        "More than could ever come back."
        buyer "Wait for at most `max`."
        organiser "Nothing."
        operator "Nothing.";
    EntryLeft 409 "entry_left" "Out of line"
        "The entry is out of line."
        buyer "Join again."
        organiser "Nothing."
        operator "Nothing.";
    NoTurn 409 "no_turn" "Not your turn"
        "It is not this entry's turn."
        buyer "Wait for the message."
        organiser "Nothing."
        operator "Nothing.";
    NobodyAssigned 409 "nobody_assigned" "Nobody assigned"
        "Nobody is assigned who could answer."
        buyer "Nothing."
        organiser "Put a person into the shift first."
        operator "Nothing.";
    TooFewUnits 409 "too_few_units" "Too few units"
        "The account does not have that many units."
        buyer "Nothing."
        organiser "Move at most `have`; held and sold units can't be taken."
        operator "Nothing.";
    CountStale 409 "count_stale" "Count out of date"
        "A newer count of this pool was taken in before."
        buyer "Nothing."
        organiser "Count again with a `version` above `newest`."
        operator "Nothing.";
    CrossSite 403 "cross_site" "Asked from another site"
        "A page of another site asked for this in the name of somebody who is signed in."
        buyer "Nothing."
        organiser "Open the console itself. A program of yours uses an API key instead."
        operator "See that a proxy leaves `Host`, `Origin` and `Sec-Fetch-Site` as they are.";
    SignInWrong 401 "sign_in_wrong" "Not signed in"
        "The mail address and the password do not belong together."
        buyer "Nothing."
        organiser "Type both again, or ask an owner for a new invitation."
        operator "Watch for many: somebody may be guessing.";
    SecondFactorWanted 401 "second_factor_wanted" "A code is wanted as well"
        "The password is right, and the person has a second factor."
        buyer "Nothing."
        organiser "Send the same again with `code`: of the app, or a recovery code."
        operator "Nothing.";
    SecondFactorWrong 401 "second_factor_wrong" "Wrong code"
        "The code of the second factor is wrong, was used before, or is over."
        buyer "Nothing."
        organiser "Wait for the app's next code, or take a recovery code."
        operator "See that the server's clock is right.";
    SecondFactorDue 403 "second_factor_due" "Second factor to be set up"
        "The organiser asks for a second factor, and the person has none."
        buyer "Nothing."
        organiser "Set one up first: `POST /v1/second-factor`."
        operator "Nothing.";
    SecondFactorOn 409 "second_factor_on" "Second factor is on"
        "A second factor is on already."
        buyer "Nothing."
        organiser "Take it away first."
        operator "Nothing.";
    SecondFactorOff 409 "second_factor_off" "No second factor"
        "No second factor is on, or none was begun."
        buyer "Nothing."
        organiser "Begin with `POST /v1/second-factor`."
        operator "Nothing.";
    PasskeyWrong 401 "passkey_wrong" "Passkey does not fit"
        "The passkey's answer does not fit: it is unknown here, was made for another address, or the question is over."
        buyer "Nothing."
        organiser "Try again, or sign in with a password."
        operator "See that `listen.public_url` is the address that people type.";
    PasskeysUnavailable 409 "passkeys_unavailable" "No passkeys at this address"
        "Passkeys need a host name, and the public address has none."
        buyer "Nothing."
        organiser "Sign in with a password."
        operator "Set `listen.public_url` to an address with a host name.";
    SignInAgain 403 "sign_in_again" "Sign in once more"
        "To change how one signs in, one must have signed in a short while ago."
        buyer "Nothing."
        organiser "Sign in once more, then do it again."
        operator "Nothing.";
    LastWayIn 409 "last_way_in" "The last way in"
        "Without it, this person could not sign in any more."
        buyer "Nothing."
        organiser "Add another passkey or a password first."
        operator "Nothing.";
    NoMailServer 409 "no_mail_server" "No mail server"
        "Links for whoever can't sign in are not sent by mail here."
        buyer "Nothing."
        organiser "Ask the operator, or another owner for an invitation."
        operator "Run `dayshelf recover-access`, or configure `mail.smtp_url`.";
    RoleTooSmall 403 "role_too_small" "Role too small"
        "The role of whoever is signed in does not allow this."
        buyer "Nothing."
        organiser "Ask an owner for the role in `role`."
        operator "Nothing.";
    LinkSpent 410 "link_spent" "Link used or over"
        "The link was used before, was taken back, or is over."
        buyer "Nothing."
        organiser "Ask for a new one, or sign in."
        operator "The first start's link is printed anew at every start until somebody has used it.";
    PersonKnown 409 "person_known" "Somebody is known under this address"
        "Somebody with this mail address is here already."
        buyer "Nothing."
        organiser "Sign in first, then open the link again."
        operator "Nothing.";
    LastOwner 409 "last_owner" "The last owner"
        "An organiser has at least one owner."
        buyer "Nothing."
        organiser "Make somebody else an owner first."
        operator "Nothing.";
    BodyNotJson 400 "body_not_json" "Not JSON"
        "The body is not JSON."
        buyer "Nothing."
        organiser "Send JSON in UTF-8."
        operator "Nothing.";
    UnknownField 422 "unknown_field" "Unknown field"
        "The body has a field that does not exist."
        buyer "Nothing."
        organiser "Remove or rename `field`."
        operator "Nothing.";
    RepeatedField 422 "repeated_field" "Repeated field"
        "An object of the body names a field twice."
        buyer "Nothing."
        organiser "Send `field` once."
        operator "Nothing.";
    MissingField 422 "missing_field" "Missing field"
        "A field that is needed is not there."
        buyer "Nothing."
        organiser "Add `field`."
        operator "Nothing.";
    WrongType 422 "wrong_type" "Wrong type"
        "A field has the wrong type."
        buyer "Nothing."
        organiser "Change `field` as the sentence says."
        operator "Nothing.";
    ValueWrong 422 "value_wrong" "Wrong value"
        "A field's value can't be."
        buyer "Correct what was typed."
        organiser "Change `field` as the sentence says."
        operator "Nothing.";
    TooLong 422 "too_long" "Too long"
        "A text or list is longer than it may be."
        buyer "Shorten it."
        organiser "Send at most `max`."
        operator "Nothing.";
    TimeInGap 422 "time_in_gap" "Time does not exist"
        "The clocks of the zone jump over this time."
        buyer "Nothing."
        organiser "Choose one of the two `readings`."
        operator "Nothing.";
    ZoneUnknown 422 "zone_unknown" "Unknown time zone"
        "There is no such time zone."
        buyer "Nothing."
        organiser "Use an IANA name; `nearest` has the likeliest."
        operator "Nothing.";
    CurrencyUnknown 422 "currency_unknown" "Unknown currency"
        "There is no such currency."
        buyer "Nothing."
        organiser "Use a code of ISO 4217, as EUR."
        operator "Nothing.";
    PlanWrong 422 "plan_wrong" "Plan with mistakes"
        "The plan has mistakes; nothing of it was applied."
        buyer "Nothing."
        organiser "Go through `mistakes`: each has its field, and its line where the plan was a file."
        operator "Nothing.";
    PictureUnfit 422 "picture_unfit" "Picture can't be taken"
        "The file is no picture that can be read: of another kind, broken off, with too many pixels, or a strip."
        buyer "Nothing."
        organiser "Send a JPEG, PNG or WebP of at most 50 million pixels."
        operator "Nothing.";
    QueryWrong 400 "query_wrong" "Wrong query"
        "A parameter of the address can't be read, or does not exist there."
        buyer "Nothing."
        organiser "Change the parameter in `field`, or leave it out."
        operator "Nothing.";
    CursorWrong 400 "cursor_wrong" "Wrong cursor"
        "The cursor is not one of this list."
        buyer "Reload the page."
        organiser "Begin without a cursor."
        operator "Nothing.";
    IdempotencyKeyMissing 400 "idempotency_key_missing" "Idempotency key missing"
        "A request that moves units or money needs an `Idempotency-Key` header."
        buyer "Nothing."
        organiser "Send a new UUID, and the same one for retries."
        operator "Nothing.";
    IdempotencyKeyUnfit 400 "idempotency_key_unfit" "Idempotency key unfit"
        "The `Idempotency-Key` header can't be taken."
        buyer "Nothing."
        organiser "Send 1 to 255 visible ASCII characters, hard to guess; a UUID is a good one."
        operator "Nothing.";
    IfMatchMissing 428 "if_match_missing" "If-Match missing"
        "A change needs an `If-Match` header, so that nobody's work is overwritten."
        buyer "Nothing."
        organiser "Read it, and send its ETag in `If-Match`."
        operator "Nothing.";
    IfMatchWrong 400 "if_match_wrong" "If-Match can't be read"
        "The `If-Match` header is no ETag of ours."
        buyer "Nothing."
        organiser "Send the ETag as it was answered, quotes included."
        operator "Nothing.";
    MediaTypeWrong 415 "media_type_wrong" "Wrong media type"
        "The body's `Content-Type` is not the one that is read here."
        buyer "Nothing."
        organiser "Send `application/json`, or what `detail` names."
        operator "Nothing.";
    TooLarge 413 "too_large" "Too large"
        "The body is larger than it may be."
        buyer "Nothing."
        organiser "Send at most `max_bytes`."
        operator "Nothing.";
    RateLimited 429 "rate_limited" "Too many requests"
        "There were too many requests."
        buyer "Wait `retry_after` seconds."
        organiser "Wait `retry_after` seconds, and send fewer."
        operator "Raise the limit if this caller is welcome.";
    Unauthorised 401 "unauthorised" "Who are you?"
        "The request needs a bearer secret or an API key, and has none that works."
        buyer "Use the link that came with the purchase."
        organiser "Send `Authorization: Bearer` with the secret or key."
        operator "Watch for many: somebody may be guessing.";
    ScopeTooSmall 403 "scope_too_small" "Scope too small"
        "The API key may not do this."
        buyer "Nothing."
        organiser "Use a key with the `scope` that is named."
        operator "Nothing.";
    RouteUnknown 404 "route_unknown" "No such address"
        "Nothing is served at this address."
        buyer "Check the link."
        organiser "Look into `/openapi.json`."
        operator "Nothing.";
    MethodNotAllowed 405 "method_not_allowed" "Wrong method"
        "This address does not answer this method."
        buyer "Nothing."
        organiser "Look at the `Allow` header."
        operator "Nothing.";
    TimedOut 408 "timed_out" "Too slow"
        "The request did not arrive in time."
        buyer "Try again."
        organiser "Send it again with the same key."
        operator "Look at the network.";
    Busy 503 "busy" "Busy"
        "The server has more to do than it can."
        buyer "Try again in a moment."
        organiser "Wait `retry_after` seconds; retry with the same key."
        operator "Look at the desk's queue and the disk.";
    OutcomeUnknown 503 "outcome_unknown" "Outcome unknown"
        "It is not known whether the request was carried out."
        buyer "Try again; nothing is bought twice."
        organiser "Send it again with the same `Idempotency-Key`."
        operator "Look at the database.";
    Fault 500 "fault" "Fault"
        "Something broke here: our bug or a broken machine."
        buyer "Try again later."
        organiser "Send it again with the same key; report `fault`."
        operator "Look up the `fault` in the log.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::refusal::Refusal;

    /// The table begins with the core's refusals, all of them and in their order of precedence.
    #[test]
    fn refusals_come_first_and_in_order() {
        let codes: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(&codes[..Refusal::CODES.len()], Refusal::CODES);
        let unique: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(unique.len(), codes.len());
    }
}
