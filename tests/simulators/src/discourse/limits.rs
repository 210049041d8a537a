//! Rate limits as ring buffers (contract 3). Off until [`super::Limits`] says otherwise.

use super::answer::Answer;
use super::guard::Actor;
use super::request::Request;
use super::state::{Forum, Ring};

const TOO_MANY: &str = "You’ve performed this action too many times. Please wait %{time_left} before trying again.";

impl Forum {
    /// The limit of the middleware in front, which answers in plain text and stores refused hits, too.
    pub(crate) fn charge_address(&mut self, request: &Request) -> Result<(), Answer> {
        let address = request.header("x-forwarded-for").unwrap_or("127.0.0.1").to_owned();
        let limits = self.settings.limits;
        let windows = [
            (limits.per_address_per_10_seconds, 10, "ip_10_secs_limit"),
            (limits.per_address_per_minute, 60, "ip_60_secs_limit"),
        ];
        for (max, window, code) in windows {
            if let Some(max) = max {
                let now = self.now;
                let hit = self.ring(&format!("{code} {address}")).hit(now, max, window, true);
                hit.map_err(|wait| Answer::address_limited(wait, code))?;
            }
        }
        Ok(())
    }

    pub(crate) fn charge_user_key(&mut self, key: &str) -> Result<(), Answer> {
        let limits = self.settings.limits;
        let windows = [
            (limits.user_key_per_minute, 60, "user_api_key_limiter_60_secs"),
            (limits.user_key_per_day, 86_400, "user_api_key_limiter_1_day"),
        ];
        for (max, window, code) in windows {
            if let Some(max) = max {
                let now = self.now;
                let hit = self.ring(&format!("{code} {key}")).hit(now, max, window, false);
                hit.map_err(|wait| Answer::rate_limited(TOO_MANY, wait, Some(code)))?;
            }
        }
        Ok(())
    }

    pub(crate) fn charge_admin_keys(&mut self) -> Result<(), Answer> {
        let Some(max) = self.settings.limits.admin_keys_per_minute else { return Ok(()) };
        let now = self.now;
        let hit = self.ring("admin keys").hit(now, max, 60, false);
        hit.map_err(|wait| Answer::rate_limited(TOO_MANY, wait, Some("admin_api_key_rate_limit")))
    }

    /// One topic in 15 s, one post in 5 s; a topic counts as a post, too (contract 3.4).
    pub(crate) fn charge_create(&mut self, actor: &Actor, is_topic: bool) -> Result<(), Answer> {
        let Some(user) = actor.user.clone().filter(|user| self.settings.limits.actions && !user.is_staff()) else {
            return Ok(());
        };
        let young = (self.now - user.created_at).num_hours() < 24 || user.trust_level == 0;
        let new_user = young && user.trust_level < 2;
        let slow = "You’re replying a bit too quickly. Please wait %{time_left} before trying again.";
        if is_topic {
            let message = "You’re creating topics a bit too quickly. Please wait %{time_left} before trying again.";
            let topic_window = match (new_user, self.profile.is_2026()) {
                (true, false) => 120,
                _ => 15,
            };
            self.action(&format!("topic {}", user.id), 1, topic_window, message)?;
            self.action(&format!("topics a day {}", user.id), 20, 86_400, message)?;
            if new_user {
                let message = "We appreciate your enthusiasm! That said, for the safety of our community, you’ve reached the maximum number of \
                               topics a new user can create on their first day. Please wait %{time_left} and you’ll be able to create more new topics.";
                self.action(&format!("first day topics {}", user.id), 3, 86_400, message)?;
            }
        }
        self.action(&format!("post {}", user.id), 1, if new_user && self.profile.is_2026() { 30 } else { 5 }, slow)
    }

    /// Edits that make a version, a day (contract 3.4).
    pub(crate) fn charge_edit(&mut self, actor: &Actor) -> Result<(), Answer> {
        let Some(user) = actor.user.clone().filter(|user| self.settings.limits.actions && !user.is_staff()) else {
            return Ok(());
        };
        let max = match user.trust_level {
            2 => 45,
            3 => 60,
            4 => 90,
            _ => 30,
        };
        let message = "You’ve reached the maximum number of daily edits. You can submit more edits in %{time_left}.";
        self.action(&format!("edits {}", user.id), max, 86_400, message)
    }

    /// Removals and recoveries by authors.
    pub(crate) fn charge_removal(&mut self, actor: &Actor) -> Result<(), Answer> {
        let Some(user) = actor.user.clone().filter(|user| self.settings.limits.actions && !user.is_staff()) else {
            return Ok(());
        };
        self.action(&format!("removals {}", user.id), 2, 60, TOO_MANY)?;
        self.action(&format!("removals a day {}", user.id), 10, 86_400, TOO_MANY)
    }

    pub(crate) fn action(&mut self, key: &str, max: usize, window: i64, message: &str) -> Result<(), Answer> {
        let now = self.now;
        self.ring(key).hit(now, max, window, false).map_err(|wait| Answer::rate_limited(message, wait, None))
    }

    fn ring(&mut self, key: &str) -> &mut Ring {
        self.rings.entry(key.to_owned()).or_default()
    }
}
