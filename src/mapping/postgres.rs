//! The mapping store in a PostgreSQL database that several machines share.
//!
//! The tables are those of the embedded store, in a schema of the domain's
//! name. The connection is not encrypted, so it goes through a Unix socket or
//! the loopback interface and nowhere else; for a server far away a tunnel
//! (`ssh -L`, `stunnel`) ends on this machine. Writers queue up behind an
//! advisory lock: two transactions can never wait for each other.

use std::collections::HashMap;

use postgres::config::Host;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement};

use super::Blind;
use super::sql::{Cell, Dialect, Driver, Row, Value, strange};
use super::store::Store;
use crate::error::{Error, ErrorKind, Result};

/// PostgreSQL cuts longer names off, and two domains would be one.
const MAX_NAME: usize = 63;

impl Store {
    /// Opens the store of a domain in a database (`postgres://…`), making it if
    /// it is new. The password may also come from `PGPASSWORD`.
    ///
    /// # Errors
    /// If the server cannot be reached, is not on this machine, or the store is
    /// of a newer version or belongs to other keys.
    pub fn open_server(
        url: &str,
        domain: &str,
        fingerprint: Blind,
        public_id: [u8; 32],
    ) -> Result<Self> {
        let server = Server::connect(url, domain)?;
        Self::with(Box::new(server), fingerprint, public_id)
    }

    /// Opens an existing store of a domain for restoring.
    ///
    /// # Errors
    /// If there is none, or it belongs to another restore key.
    pub fn open_existing_server(url: &str, domain: &str, public_id: [u8; 32]) -> Result<Self> {
        Self::existing(Box::new(Server::connect(url, domain)?), public_id)
    }
}

struct Server {
    client: Client,
    prepared: HashMap<&'static str, Statement>,
    schema: String,
    /// Whom the advisory lock keeps out: other writers of this schema.
    lock: i64,
}

impl Server {
    fn connect(url: &str, domain: &str) -> Result<Self> {
        let mut config: Config = url.parse().map_err(|_| {
            Error::new(
                ErrorKind::Settings,
                "the address of the PostgreSQL store is none; write postgres://user@localhost/database or postgres://user@/database?host=/run/postgresql",
            )
        })?;
        refuse_far(&config)?;
        if config.get_password().is_none()
            && let Ok(password) = std::env::var("PGPASSWORD")
        {
            config.password(password);
        }
        config.application_name("deckname");
        let schema = format!("deckname_{domain}");
        if schema.len() > MAX_NAME {
            return Err(Error::new(
                ErrorKind::Settings,
                "a PostgreSQL store takes --domain names of up to 54 characters",
            ));
        }
        let client = config
            .connect(NoTls)
            .map_err(|error| failed("connecting to the mapping store", &error))?;
        let hash = super::seal::sha256(schema.as_bytes());
        let lock = hash
            .first_chunk::<8>()
            .map_or(0, |head| i64::from_le_bytes(*head));
        let mut server = Self {
            client,
            prepared: HashMap::new(),
            schema,
            lock,
        };
        let schema = &server.schema;
        // The name holds letters, digits, - and _ only.
        let set = format!(
            "SET search_path TO \"{schema}\"; SET synchronous_commit = on; SET client_min_messages = warning; SET idle_in_transaction_session_timeout = 0"
        );
        server.script("connecting to the mapping store", &set)?;
        Ok(server)
    }

    fn prepared(&mut self, doing: &'static str, sql: &'static str) -> Result<Statement> {
        if let Some(known) = self.prepared.get(sql) {
            return Ok(known.clone());
        }
        let statement = self
            .client
            .prepare(&sql.replace('?', "$"))
            .map_err(|error| failed(doing, &error))?;
        self.prepared.insert(sql, statement.clone());
        Ok(statement)
    }
}

impl Driver for Server {
    fn execute(
        &mut self,
        doing: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<u64> {
        let statement = self.prepared(doing, sql)?;
        self.client
            .execute(&statement, &references(values))
            .map_err(|error| failed(doing, &error))
    }

    fn query(
        &mut self,
        doing: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row) -> Result<()>,
    ) -> Result<()> {
        let statement = self.prepared(doing, sql)?;
        let rows = self
            .client
            .query(&statement, &references(values))
            .map_err(|error| failed(doing, &error))?;
        for row in rows {
            let cells = (0..row.len()).map(|at| row.try_get::<_, Cell>(at).map_err(|_| strange()));
            each(&Row(cells.collect::<Result<_>>()?))?;
        }
        Ok(())
    }

    fn script(&mut self, doing: &'static str, sql: &str) -> Result<()> {
        self.client
            .batch_execute(sql)
            .map_err(|error| failed(doing, &error))
    }

    fn begin(&mut self) -> Result<()> {
        let begin = format!("BEGIN; SELECT pg_advisory_xact_lock({})", self.lock);
        self.script("waiting for the mapping store", &begin)
    }

    fn has_table(&mut self, name: &'static str) -> Result<bool> {
        // Called for `meta` first, when a new store has no schema yet.
        let schema = self.schema.clone();
        let rows = self
            .client
            .query(
                "SELECT 1 FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2",
                &[&schema, &name],
            )
            .map_err(|error| failed("reading the mapping store", &error))?;
        if rows.is_empty() && name == "meta" {
            let make = format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\"");
            self.script("making the mapping store", &make)?;
        }
        Ok(!rows.is_empty())
    }

    fn check_files(&mut self) -> Result<()> {
        // The server checks its own pages; what is in the tables is checked above.
        Ok(())
    }

    fn forget(&mut self) -> Result<()> {
        // One at a time: the server refuses it inside a transaction.
        for table in ["surface", "subject", "surrogate", "delivery", "occurrence"] {
            self.script("clearing erased rows", &format!("VACUUM (FULL) {table}"))?;
        }
        Ok(())
    }

    fn n_bytes(&mut self) -> Result<u64> {
        let schema = self.schema.clone();
        let row = self
            .client
            .query_one(
                "SELECT coalesce(sum(pg_total_relation_size(c.oid))::bigint, 0) FROM pg_class c
                 JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = $1 AND c.relkind = 'r'",
                &[&schema],
            )
            .map_err(|error| failed("reading the mapping store", &error))?;
        let size: i64 = row.try_get(0).map_err(|_| strange())?;
        u64::try_from(size).map_err(|_| strange())
    }

    fn dialect(&self) -> Dialect {
        Dialect {
            id: "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
            blob: "BYTEA",
            int: "BIGINT",
            without_rowid: "",
        }
    }
}

fn references<'a>(values: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    let as_dyn = |value: &'a Value<'a>| -> &'a (dyn ToSql + Sync) { value };
    values.iter().map(as_dyn).collect()
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Value(..)")
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Int(value) => value.to_sql(ty, out),
            Value::Text(value) => value.to_sql(ty, out),
            Value::Blob(value) => value.to_sql(ty, out),
            Value::Null => Ok(IsNull::Yes),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Cell {
    fn from_sql(
        ty: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        match *ty {
            Type::INT8 => i64::from_sql(ty, raw).map(Self::Int),
            Type::TEXT => String::from_sql(ty, raw).map(Self::Text),
            _ => Vec::<u8>::from_sql(ty, raw).map(Self::Blob),
        }
    }

    fn from_sql_null(
        _: &Type,
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::TEXT | Type::BYTEA)
    }
}

/// What crosses a network in the clear is refused.
fn refuse_far(config: &Config) -> Result<()> {
    let near = |host: &Host| match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    let hosts = config.get_hosts();
    let addresses = config.get_hostaddrs();
    let named = !hosts.is_empty() || !addresses.is_empty();
    if named && hosts.iter().all(near) && addresses.iter().all(std::net::IpAddr::is_loopback) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Settings,
        "a PostgreSQL store must be reached through a Unix socket or localhost, because the connection is not encrypted; end a tunnel on this machine (for instance ssh -L) and name localhost",
    ))
}

/// The server's code says enough; its message could quote a value.
fn failed(doing: &'static str, error: &postgres::Error) -> Error {
    let code = error.code().map(postgres::error::SqlState::code);
    let advice = match code {
        Some("28P01" | "28000") => "user or password are wrong",
        Some("3D000") => "there is no such database",
        Some("42501") => "no permission",
        Some("53100") => "the disk is full",
        Some("57P01" | "57P02" | "57P03") => "the server is going down or coming up",
        Some("25006") => "the database is read-only",
        Some(_) => "the store failed",
        None if error.is_closed() => {
            "the connection was lost; nothing since the last commit stands"
        }
        None => "the server cannot be reached, or the connection was lost",
    };
    let code = code.unwrap_or("none");
    Error::new(
        ErrorKind::Store,
        format!("{doing}: {advice} (PostgreSQL code {code})"),
    )
}
