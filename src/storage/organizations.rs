//! Organizations.

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Set,
};

use super::entity::organization;
use super::{Error, Tx, View};
use crate::domain::ids::OrganizationId;
use crate::domain::organization::Organization;
use crate::domain::time::Timestamp;

impl Tx {
    /// Registers an organization.
    pub async fn insert_organization(&self, organization: &Organization) -> Result<(), Error> {
        let row = organization::ActiveModel {
            id: Set(organization.id.to_string()),
            display_name: Set(organization.display_name.clone()),
            created_at: Set(organization.created_at.micros()),
        };
        organization::Entity::insert(row).exec_without_returning(&self.executor()).await?;
        Ok(())
    }
}

impl View {
    /// One organization.
    pub async fn organization(&self, id: &OrganizationId) -> Result<Option<Organization>, Error> {
        let row = organization::Entity::find_by_id(id.as_str()).one(&self.executor()).await?;
        row.map(organization).transpose()
    }

    /// Organizations by id, after one.
    pub async fn organizations(&self, after: &str, limit: u64) -> Result<Vec<Organization>, Error> {
        let rows = organization::Entity::find()
            .filter(organization::Column::Id.gt(after))
            .order_by_asc(organization::Column::Id)
            .limit(limit)
            .all(&self.executor())
            .await?;
        rows.into_iter().map(organization).collect()
    }
}

fn organization(row: organization::Model) -> Result<Organization, Error> {
    Ok(Organization {
        id: row.id.parse().map_err(|_| Error::corrupt("organization.id"))?,
        display_name: row.display_name,
        created_at: Timestamp::from_micros(row.created_at),
    })
}
