//! Finding topics beside a bare search for the same names in the same text: the ratio is what
//! another machine can compare.
fn main() {}
