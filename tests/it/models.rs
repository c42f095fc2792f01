//! The model that ships and its reference sample: nothing wrong with them, made again bit for bit,
//! and described as they are. And the commands that check and make models.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::path::{Path, PathBuf};

use glasklar::app::models::{MODEL, read_model};
use glasklar::domain::calibration;
use glasklar::domain::model::Digest;
use glasklar::evaluate::{model_file, population, reference};

use crate::harness::program::Folder;

/// The seed that the shipped sample was drawn with.
const SEED: u64 = 202_611;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn sample_bytes() -> Vec<u8> {
    std::fs::read(path("models/reference-2026.11.csv")).unwrap()
}

#[test]
fn the_reference_sample_is_made_again_bit_for_bit() {
    let model = read_model(MODEL).unwrap();
    let bytes = sample_bytes();
    assert!(bytes.len() < 400_000, "{} bytes", bytes.len());
    assert!(population::file(&model, SEED, 4_000).into_bytes() == bytes, "other persons");
}

#[test]
fn the_shipped_model_is_what_calibrating_on_its_sample_gives() {
    let model = read_model(MODEL).unwrap();
    let sample = reference::read(&sample_bytes(), &model).unwrap();
    assert_eq!(sample.digest.to_string(), model.reference.sha256);
    assert_eq!(sample.persons.len(), 4_000);
    let fit = calibration::fit(&model, &sample.persons).unwrap();
    for (found, written) in [(fit.a, model.a), (fit.b, model.b), (fit.q, model.q)] {
        assert!((model_file::rounded(found) - written).abs() < 1e-12, "{found} {written}");
    }
    let shape = calibration::shape(&model, &sample.persons);
    assert!(shape.distance < calibration::DISTANCE_MAX, "{shape:?}");
    assert!((shape.mean - 40.0).abs() < 0.05, "{shape:?}");
    for held in calibration::held_out(&model, &sample.persons).unwrap() {
        assert!((held.mean - 40.0).abs() < 1.0 && (held.top - 63.0).abs() < 2.0, "{held:?}");
        assert!(held.largest < 100.0, "{held:?}");
        let covered = calibration::ratio(held.covered, held.persons);
        assert!((0.935..0.965).contains(&covered), "{held:?}");
    }
}

#[test]
fn the_model_card_lists_every_number_of_the_model_as_it_is() {
    let looked = model_file::look(MODEL, Digest::from_bytes([0; 32]));
    let table = model_file::table(&looked.numbers);
    let card = std::fs::read_to_string(path("docs/score.md")).unwrap();
    let (_, rest) = card.split_once("<!-- begin glasklar model table -->\n").unwrap();
    let (inside, _) = rest.split_once("<!-- end glasklar model table -->").unwrap();
    assert!(inside.trim() == table.trim(), "put `glasklar model table` into docs/score.md again");
    let readme = std::fs::read_to_string(path("README.md")).unwrap();
    let model = read_model(MODEL).unwrap();
    for (name, value) in [("a", model.a), ("b", model.b), ("q", model.q)] {
        let said = format!("`{name} = {value}`").replace('-', "−");
        assert!(readme.contains(&said), "README.md does not say {said}");
    }
}

#[tokio::test]
async fn a_model_is_checked_with_its_digest_and_its_sample() {
    let folder = Folder::new();
    folder.write("model.toml", MODEL);
    let sample = path("models/reference-2026.11.csv").display().to_string();
    let digest = read_model(MODEL).unwrap().digest.to_string();
    let check = ["model", "check", "model.toml"];
    let said =
        folder.succeed(&[&check[..], &["--digest", &digest, "--sample", &sample]].concat()).await;
    for expected in [&digest, "baseline   15.85", "63 points", "mean 40.000", "RIGHT"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let other = "0".repeat(64);
    let ended = folder.run(&[&check[..], &["--digest", &other]].concat()).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.out.contains("WRONG: digest mismatch"), "{ended:?}");
    folder.write("model.toml", MODEL.replacen("value = 0.254795", "value = 0.3", 1));
    let ended = folder.run(&[&check[..], &["--sample", &sample]].concat()).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.out.contains("WRONG: the sample's mean is"), "{ended:?}");
    folder.write("model.toml", MODEL.replace("value = 0.25,", "value = -0.25,"));
    let ended = folder.run(&check).await;
    assert_eq!((ended.code, ended.out.matches("WRONG: kind.").count()), (Some(1), 4), "{ended:?}");
}

#[tokio::test]
async fn a_calibration_is_written_unless_something_speaks_against_it() {
    let folder = Folder::new();
    let sample = path("models/reference-2026.11.csv").display().to_string();
    let solve = ["calibrate", "--version", "2027.01", "--output", "new.toml", "--sample"];
    let said = folder.succeed(&[&solve[..], &[&sample]].concat()).await;
    for expected in ["persons    4000", "mean 40.000", "distance", "held out   2000 persons"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    folder.succeed(&["model", "check", "new.toml", "--sample", &sample]).await;
    let few = folder.succeed(&["calibrate", "simulate", "--seed", "1", "--persons", "300"]).await;
    folder.write("few.csv", &few);
    let solve = ["calibrate", "--version", "3", "--output", "few.toml", "--sample", "few.csv"];
    let ended = folder.run(&solve).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.out.contains("WRONG: the sample has fewer than 500"), "{ended:?}");
    assert_eq!(folder.run(&["model", "check", "few.toml"]).await.code, Some(2), "was written");
    folder.succeed(&[&solve[..], &["--force"]].concat()).await;
    folder.succeed(&["model", "check", "few.toml", "--sample", "few.csv"]).await;
    folder.write("few.csv", few.replacen("\n4", "\n-4", 1));
    let ended = folder.run(&solve).await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains(", items: `-4"), "{ended:?}");
}
