//! The database schema, in numbered steps written once for both databases. A released migration
//! is never edited: changes are new ones.

use sea_orm_migration::prelude::*;

mod m0001_initial;

/// All migrations, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_initial::Migration)]
    }
}
