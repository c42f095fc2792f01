//! The pure core: what the words mean and how the rules go. No clock, no I/O, no async, no
//! randomness, no database; everything else moves values to these functions.

pub mod apportion;
pub mod calibration;
pub mod change;
pub mod consent;
pub mod contribution;
pub mod decay;
mod decimal;
pub mod document;
pub mod entry;
pub mod evidence;
pub mod ids;
pub mod item;
pub mod model;
pub mod organization;
pub mod outlook;
pub mod population;
pub mod profile;
pub mod scope;
pub mod score;
pub mod score_name;
pub mod summary;
pub mod summing;
pub mod time;
pub mod topic;
pub mod topic_document;
pub mod vectors;
pub mod verify;
