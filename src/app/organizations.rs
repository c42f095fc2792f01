//! Registering organizations.

use super::page::Page;
use super::{App, Error};
use crate::domain::ids::OrganizationId;
use crate::domain::organization::{DISPLAY_NAME_MAX, Organization};

impl App {
    /// Registers an organization. Repeating it with the same content changes nothing.
    pub async fn create_organization(
        &self,
        id: OrganizationId,
        display_name: &str,
    ) -> Result<Organization, Error> {
        let display_name = text("display_name", display_name, DISPLAY_NAME_MAX)?;
        if display_name.is_empty() {
            return Err(Error::invalid("display_name", "candidates need a name to know who asks"));
        }
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(found) = tx.organization(&id).await? {
                        if found.display_name == display_name {
                            return Ok(found);
                        }
                        let why = "an organization with this id and another name exists";
                        return Err(Error::Conflict(why.to_owned()));
                    }
                    let organization = Organization { id, display_name, created_at: tx.now() };
                    tx.insert_organization(&organization).await?;
                    Ok(organization)
                })
            })
            .await
    }

    /// One organization.
    pub async fn organization(&self, id: &OrganizationId) -> Result<Organization, Error> {
        let found = self.store.view().organization(id).await?;
        found.ok_or(Error::NotFound("organization"))
    }

    /// Organizations by id, and the token of the next page.
    pub async fn organizations(&self, page: &Page) -> Result<(Vec<Organization>, String), Error> {
        let limit = page.limit()?;
        let after = self.position(page)?.unwrap_or_default();
        let after = String::from_utf8(after).unwrap_or_default();
        let mut found = self.store.view().organizations(&after, limit + 1).await?;
        let next = cut(&mut found, limit)
            .map(|last| self.token(page, last.id.as_str().as_bytes()))
            .unwrap_or_default();
        Ok((found, next))
    }
}

/// Cuts a list that was read one longer than a page; the last one kept if there is more.
pub(super) fn cut<T>(found: &mut Vec<T>, limit: u64) -> Option<&T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    found.last().filter(|_| more)
}

/// Text that people read: no control characters, not longer than a number of characters.
pub(super) fn text(field: &str, value: &str, longest: usize) -> Result<String, Error> {
    let value = value.trim();
    if value.chars().count() > longest {
        return Err(Error::invalid(field, format!("must have at most {longest} characters")));
    }
    if value.chars().any(char::is_control) {
        return Err(Error::invalid(field, "must not contain control characters"));
    }
    Ok(value.to_owned())
}
