//! JSON bodies of requests, all shapes on the same bytes.

use dayshelf_core::change::Credential;
use dayshelf_core::ids::{
    CodeId, EndpointId, EntryId, HoldId, Home, Id, KeyId, ListId, OrderId, PoolId, Salt, SlotId,
};
use dayshelf_core::text::{Digest, Secret};
use dayshelf_core::time::Instant;
use dayshelf_wire::access::{CodeRequest, KeyRequest, ListRequest};
use dayshelf_wire::block::BlockDoc;
use dayshelf_wire::body::read;
use dayshelf_wire::change::{AnswerRequest, ChangeRequest};
use dayshelf_wire::endpoint::{EndpointKeys, EndpointRequest};
use dayshelf_wire::hold::{ConfirmRequest, HoldRequest};
use dayshelf_wire::order::{CancelRequest, HandOverRequest, MoveRequest, UndoHandOverRequest};
use dayshelf_wire::plan::doc::{FulfilmentDoc, OfferDoc, OrganiserDoc, PoolDoc, WindowDoc};
use dayshelf_wire::plan::single::SlotRequest;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::redeem::RedeemRequest;
use dayshelf_wire::stock::{CountRequest, MovementRequest};
use dayshelf_wire::waitlist::{JoinBeside, JoinRequest};
use serde::de::DeserializeOwned;

fn id() -> Id {
    Id::mint(1_764_000_000_000, Home { shard: 0, number: 1 }, Salt(1))
}

/// Every shape reads the bytes; what one accepts is made a command, and a problem has a place in the body.
pub(crate) fn run(bytes: &[u8]) {
    let digest = Digest([0; 32]);
    shape::<HoldRequest>(bytes, |body| body.command(HoldId(id()), digest, None).err());
    shape::<JoinRequest>(bytes, |body| {
        let (id, slot) = (EntryId(id()), SlotId(id()));
        body.command(JoinBeside { id, slot, secret: digest, lot: 1 }).err()
    });
    shape::<CodeRequest>(bytes, |body| body.code(CodeId(id())).err());
    shape::<ListRequest>(bytes, |body| body.list(ListId(id())).err());
    shape::<KeyRequest>(bytes, |body| body.key(KeyId(id()), digest, Instant(0)).err());
    shape::<MovementRequest>(bytes, |body| body.command(PoolId(id())).err());
    shape::<CountRequest>(bytes, |body| body.command(PoolId(id())).err());
    shape::<EndpointRequest>(bytes, |body| {
        let keys = EndpointKeys { secret: Secret([0; 32]), seed: Secret([0; 32]) };
        body.endpoint(EndpointId(id()), keys).err()
    });
    shape::<CancelRequest>(bytes, |body| body.lines().err());
    shape::<ConfirmRequest>(bytes, |_| None);
    shape::<MoveRequest>(bytes, |_| None);
    shape::<HandOverRequest>(bytes, |body| body.command(OrderId(id()), Credential::House).err());
    shape::<UndoHandOverRequest>(bytes, |_| None);
    shape::<RedeemRequest>(bytes, |body| body.command((OrderId(id()), 0), Credential::House).err());
    shape::<SlotRequest>(bytes, |_| None);
    shape::<ChangeRequest>(bytes, |_| None);
    shape::<AnswerRequest>(bytes, |_| None);
    shape::<OrganiserDoc>(bytes, |_| None);
    shape::<PoolDoc>(bytes, |_| None);
    shape::<WindowDoc>(bytes, |_| None);
    shape::<OfferDoc>(bytes, |_| None);
    shape::<FulfilmentDoc>(bytes, |_| None);
    shape::<BlockDoc>(bytes, |_| None);
}

fn shape<T: DeserializeOwned>(bytes: &[u8], then: impl FnOnce(T) -> Option<Problem>) {
    let problem = match read::<T>(bytes) {
        Ok(body) => then(body),
        Err(problem) => Some(problem),
    };
    if let Some(problem) = problem {
        assert!(!problem.detail.is_empty(), "a problem says nothing");
        // What is answered is JSON whatever stood in the body.
        assert!(serde_json::to_vec(&problem).is_ok(), "a problem can't be written: {}", problem.detail);
    }
}

/// A good body of every kind, and some that are nearly good.
pub(crate) fn samples() -> Vec<Vec<u8>> {
    let id = id();
    let texts = [
        format!(
            r#"{{"slot":"slot_{id}","lines":[{{"offer":"offer_{id}","quantity":2}}],"code":" Moon ","contact":{{"email":"ann@example.org"}}}}"#
        ),
        format!(r#"{{"offer":"offer_{id}","quantity":1,"contact":{{"email":"ann@example.org"}}}}"#),
        r#"{"buyer":{"name":"Ann","email":"ann@example.org"},"payment":{"method":"sandbox","token":"tok_success"}}"#.to_owned(),
        r#"{"group":"vip","code":"MOON","expires":"2026-12-04T18:00:00+01:00"}"#.to_owned(),
        r#"{"key":"regulars","customers":["ann@example.org","bea@example.org"]}"#.to_owned(),
        r#"{"name":"till","scope":"sell","expires":"2026-12-04T18:00:00Z"}"#.to_owned(),
        r#"{"url":"https://example.org/hook","kinds":["hold.*","order.confirmed"],"on":true}"#.to_owned(),
        r#"{"key":"dough","when":"start - 1h","rule":{"below":{"pool":"dough","units":5},"then":{"shrink":{"pool":"seats","keep":2}}}}"#.to_owned(),
        r#"{"units":5,"from":"free","to":"lent","source":"till-1"}"#.to_owned(),
        r#"{"lines":[0,1,65535]}"#.to_owned(),
        format!(r#"{{"slot":"slot_{id}"}}"#),
        r#"{"slug":"new","title":"New","start":"2026-12-04T18:00","end":"start + 2h"}"#.to_owned(),
        r#"{"slug":"kiln","name":"K","zone":"Europe/Lisbon","currency":"EUR"}"#.to_owned(),
        r#"{"key":"theirs","title":"Theirs","units":5}"#.to_owned(),
        r#"{"key":"new","audience":{"code":"new"},"opens":"end - 1h","closes":"end","hold":{"for":"8m"}}"#.to_owned(),
        r#"{"key":"new","recipe":[{"pool":"plenty","units":2}],"ladder":[{"title":"A","price":"12.50"}]}"#.to_owned(),
        r#"{"a":1,"a":2,"b":[[[[[[{}]]]]]],"c":-1e400,"d":"\ud800"}"#.to_owned(),
    ];
    texts.into_iter().map(String::into_bytes).collect()
}
