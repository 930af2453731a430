//! Files of pictures: kept under the name of their content, swept when no picture names them, missed by doctor, and in
//! every backup.

use std::collections::BTreeSet;

use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::PictureId;
use dayshelf_core::picture::{Drawn, Focus, Picture, PictureFile, TONES_BYTES};
use dayshelf_core::time::Instant;
use dayshelf_store::{Store, picture_digest};

use crate::shop::{HOME, id, open_shop};
use crate::site::{Site, on_both};

const BODY: &[u8] = b"what a file holds";

fn picture() -> Command {
    let file =
        PictureFile { width: 480, height: 360, bytes: BODY.len() as u32, digest: picture_digest(BODY) };
    let picture = Picture {
        id: PictureId(id(400)),
        version: 0,
        title: "Cup".to_owned(),
        alt: "A cup".to_owned(),
        focus: Focus::MIDDLE,
        made_at: Instant(0),
        drawn: Drawn { files: vec![file], tones: [7; TONES_BYTES] },
    };
    Command::PutPicture { expected: Expect::New, picture: Box::new(picture) }
}

async fn found(store: &Store) -> Vec<String> {
    store.doctor().await.unwrap().iter().map(ToString::to_string).collect()
}

/// A file is found by its content's name, is swept when it is old and unnamed, and a picture without it is sick.
#[tokio::test]
async fn kept_swept_and_missed() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = open_shop(&store).await;
        let name = picture_digest(BODY);
        let keep = async |at| store.keep_picture_files(HOME, vec![BODY.to_vec()], Instant(at)).await.unwrap();
        keep(100).await;
        assert_eq!(store.picture_file(HOME, name).await.unwrap().as_deref(), Some(BODY));
        let sweep = async |named: &[_], before| {
            let named: BTreeSet<_> = named.iter().copied().collect();
            store.sweep_picture_files(HOME, named, Instant(before)).await.unwrap()
        };
        assert_eq!(sweep(&[], 100).await, 0, "it is not old enough");
        assert_eq!(sweep(&[name], 200).await, 0, "a picture names it");
        keep(300).await;
        assert_eq!(sweep(&[], 200).await, 0, "it was kept anew");
        assert_eq!(found(&store).await, [""; 0]);
        assert_eq!(sweep(&[], 400).await, 1);
        assert_eq!(store.picture_file(HOME, name).await.unwrap(), None);
        desk.run(picture()).await.unwrap();
        let missed = found(&store).await;
        assert!(missed.len() == 1 && missed[0].contains("picture_file"), "{missed:?}");
        keep(500).await;
        assert_eq!(found(&store).await, [""; 0]);
    })
    .await;
}

/// A backup has the files, and so has what is restored from it, on either engine.
#[tokio::test]
async fn backups_have_them() {
    on_both(async |site| {
        let store = site.open().await;
        let mut desk = open_shop(&store).await;
        // More than are copied at once.
        let mut bodies: Vec<Vec<u8>> = (0..50_u8).map(|number| vec![number; 900]).collect();
        bodies.push(BODY.to_vec());
        store.keep_picture_files(HOME, bodies.clone(), Instant(100)).await.unwrap();
        desk.run(picture()).await.unwrap();
        let path = site.path("pictures.db");
        store.backup(&path).await.unwrap();
        let other = Site::file();
        let (restored, _) = Store::restore(&path, &other.config).await.unwrap();
        for body in bodies {
            let kept = restored.picture_file(HOME, picture_digest(&body)).await.unwrap();
            assert_eq!(kept, Some(body));
        }
    })
    .await;
}
