//! What is written behind the journal: consumers, deliveries, the index of idempotency keys.

use dayshelf_core::ids::{EndpointId, Id};
use dayshelf_core::time::{Instant, Span};
use dayshelf_store::{Delivery, DeliveryState, FaultKind, Trouble};

use crate::shop::id;
use crate::site::on_both;

const TURN: Span = Span::minutes(1);

fn delivery(number: u64, endpoint: u64, subject: u64) -> Delivery {
    Delivery {
        endpoint: EndpointId(id(endpoint)),
        id: id(number),
        subject: id(subject),
        sequence: number,
        kind: "hold.made".to_owned(),
        body: format!("{{\"number\":{number}}}").into_bytes(),
        state: DeliveryState::Waiting,
        tries: 0,
        due: Instant(1_000),
        last_status: 0,
        trouble: None,
    }
}

/// One holder at a time has a consumer's turn; it moves on once, with what came of it, or not at all.
#[tokio::test]
async fn a_turn_has_one_holder() {
    on_both(async |site| {
        let store = site.open().await;
        let one = store.consumer(0, "webhooks", 1).unwrap();
        let two = store.consumer(0, "webhooks", 2).unwrap();
        assert_eq!(one.take(TURN).await.unwrap(), Some(0));
        assert_eq!(two.take(TURN).await.unwrap(), None);
        one.advance(5, vec![delivery(900, 50, 60)]).await.unwrap();
        assert_eq!(two.advance(6, vec![delivery(901, 50, 60)]).await.unwrap_err().kind(), FaultKind::Retry);
        assert_eq!(one.advance(5, vec![delivery(902, 50, 60)]).await.unwrap_err().kind(), FaultKind::Retry);
        assert_eq!(one.take(Span(0)).await.unwrap(), Some(5));
        assert_eq!(two.take(TURN).await.unwrap(), Some(5), "the turn was over");
        assert_eq!(one.advance(6, Vec::new()).await.unwrap_err().kind(), FaultKind::Retry);
        let log = store.delivery_log(EndpointId(id(50)), None, 10).await.unwrap();
        assert_eq!(log, [delivery(900, 50, 60)], "what was refused left nothing");
        assert_eq!(store.consumer(99, "webhooks", 1).err().unwrap().kind(), FaultKind::Config);
    })
    .await;
}

/// A lane tries the oldest of each subject; what fails holds up its own subject only.
#[tokio::test]
async fn a_lane_keeps_each_subject_in_order() {
    on_both(async |site| {
        let store = site.open().await;
        let consumer = store.consumer(0, "webhooks", 1).unwrap();
        consumer.take(TURN).await.unwrap();
        let all =
            vec![delivery(900, 50, 60), delivery(901, 50, 60), delivery(902, 50, 61), delivery(903, 51, 60)];
        consumer.advance(4, all.clone()).await.unwrap();
        let endpoint = EndpointId(id(50));
        let due = async |now| -> Vec<Id> {
            let due = store.deliveries_due(endpoint, Instant(now), 10).await.unwrap();
            due.iter().map(|delivery| delivery.id).collect()
        };
        assert_eq!(due(999).await, []);
        assert_eq!(due(1_000).await, [id(900), id(902)]);
        let failed = Delivery { tries: 1, due: Instant(9_000), last_status: 500, ..all[0].clone() };
        let done = Delivery { tries: 1, state: DeliveryState::Delivered, last_status: 204, ..all[2].clone() };
        store.settle_deliveries(0, vec![failed.clone(), done.clone()]).await.unwrap();
        assert_eq!(due(1_000).await, [], "the younger one of the subject waits behind the older");
        assert_eq!(store.delivery_next(endpoint).await.unwrap(), Some(Instant(1_000)));
        assert_eq!(due(9_000).await, [id(900)]);
        let given_up = Delivery {
            state: DeliveryState::GivenUp,
            last_status: 0,
            trouble: Some(Trouble::NotTrusted),
            ..failed
        };
        store.settle_deliveries(0, vec![given_up.clone()]).await.unwrap();
        // A try that was under way brings nothing back.
        store.settle_deliveries(0, vec![Delivery { tries: 2, ..all[0].clone() }]).await.unwrap();
        assert_eq!(due(9_000).await, [id(901)]);
        assert_eq!(store.delivery(endpoint, id(902)).await.unwrap(), Some(done.clone()));
        let log = store.delivery_log(endpoint, Some(id(902)), 10).await.unwrap();
        assert_eq!(log, [all[1].clone(), given_up.clone()]);
        let taken = Delivery { state: DeliveryState::Delivered, last_status: 204, trouble: None, ..given_up };
        store.settle_deliveries(0, vec![taken.clone()]).await.unwrap();
        assert_eq!(store.delivery(endpoint, id(900)).await.unwrap(), Some(taken), "it was taken after all");
        assert_eq!(store.forget_deliveries(endpoint, id(999)).await.unwrap(), 2);
        assert_eq!(store.delivery_log(endpoint, None, 10).await.unwrap(), [all[1].clone()]);
    })
    .await;
}
