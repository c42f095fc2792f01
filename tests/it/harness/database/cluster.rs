//! One private PostgreSQL server for the whole test process, started on first use from installed
//! binaries. It must not outlive the process, however that ends.

use std::ffi::OsStr;
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep, timeout};

/// Creates the cluster, runs the server, and waits for the end of standard input, whose other
/// end this process holds: the kernel closes it even after kill -9. Then stops the server at once
/// and removes everything.
const SUPERVISE: &str = r#"
bin=$1 folder=$2 port=$3
trap 'rm -rf "$folder"' EXIT
if ! "$bin/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 \
  --locale=C --no-sync --no-instructions >"$folder/log" 2>&1 </dev/null; then
  cat "$folder/log" >&2
  exit 1
fi
"$bin/postgres" -D "$folder/data" -c listen_addresses=127.0.0.1 -c port="$port" \
  -c unix_socket_directories= -c max_connections=200 -c shared_buffers=32MB \
  >>"$folder/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
# Again and again, because the server ignores it in its first moments.
while kill -QUIT "$server" 2>/dev/null; do sleep 0.1; done
"#;

/// How long initdb and the start may take: a second each on an idle machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// How long one attempt to connect may take; another program on the port may never answer.
const ANSWER: Duration = Duration::from_secs(5);

/// How often a port that somebody else took in the meantime is replaced.
const ATTEMPTS: u32 = 5;

struct Cluster {
    url: String,
    /// Never dropped, since statics are not: its standard input closes when the process ends.
    _supervisor: Child,
}

enum Failure {
    PortTaken,
    Other(String),
}

/// The address of the server's own database, for a superuser; `None` when PostgreSQL is not
/// installed. Panics when it is installed and does not start.
pub(super) async fn url() -> Option<String> {
    static CLUSTER: OnceCell<Result<Option<Cluster>, String>> = OnceCell::const_new();
    match CLUSTER.get_or_init(start).await {
        Ok(cluster) => cluster.as_ref().map(|cluster| cluster.url.clone()),
        Err(message) => panic!("the private PostgreSQL server did not start: {message}"),
    }
}

async fn start() -> Result<Option<Cluster>, String> {
    let Some(binaries) = binaries() else {
        return Ok(None);
    };
    for _ in 0..ATTEMPTS {
        match try_start(&binaries).await {
            Ok(cluster) => return Ok(Some(cluster)),
            Err(Failure::PortTaken) => {}
            Err(Failure::Other(message)) => return Err(message),
        }
    }
    Err(format!("{ATTEMPTS} free ports in a row were taken by somebody else"))
}

async fn try_start(binaries: &Path) -> Result<Cluster, Failure> {
    let owner = Owner::find().map_err(Failure::Other)?;
    let folder = owner.folder().map_err(Failure::Other)?;
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|error| Failure::Other(format!("no free port: {error}")))?
        .port();
    let mut supervisor = owner
        .command("sh")
        .args(["-c", SUPERVISE, "glasklar-test-postgres"])
        .arg(binaries)
        .arg(&folder)
        .arg(port.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // Ctrl-C and `timeout` signal the process group of the tests; this one has to stay.
        .process_group(0)
        .spawn()
        .map_err(|error| Failure::Other(format!("sh: {error}")))?;
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    wait_until_ready(&url, &folder, &mut supervisor).await?;
    Ok(Cluster { url, _supervisor: supervisor })
}

async fn wait_until_ready(url: &str, folder: &Path, supervisor: &mut Child) -> Result<(), Failure> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if timeout(ANSWER, is_ours(url, folder)).await == Ok(true) {
            return Ok(());
        }
        if supervisor.try_wait().is_ok_and(|status| status.is_some()) {
            let mut complaint = String::new();
            if let Some(stderr) = &mut supervisor.stderr {
                let _ = stderr.read_to_string(&mut complaint);
            }
            return Err(Failure::Other(format!("initdb failed: {complaint}")));
        }
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        if log.contains("could not create any TCP/IP sockets") {
            return Err(Failure::PortTaken);
        }
        if Instant::now() > deadline || log.contains("database system is shut down") {
            return Err(Failure::Other(log));
        }
        sleep(Duration::from_millis(25)).await;
    }
}

/// Whether our server answers, and not one that somebody else started on the same port.
async fn is_ours(url: &str, folder: &Path) -> bool {
    let Ok(mut connection) = PgConnection::connect(url).await else {
        return false;
    };
    let data: Result<String, _> =
        sqlx::query_scalar("SHOW data_directory").fetch_one(&mut connection).await;
    let _ = connection.close().await;
    data.is_ok_and(|data| Path::new(&data) == folder.join("data"))
}

/// The folder with `initdb` and `postgres`: the one on the path, else Debian's newest.
fn binaries() -> Option<PathBuf> {
    let on_path = super::variable("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&on_path)
        .filter_map(|folder| folder.join("initdb").canonicalize().ok())
        .filter_map(|initdb| initdb.parent().map(Path::to_path_buf));
    let mut packaged: Vec<(u32, PathBuf)> = Path::new("/usr/lib/postgresql")
        .read_dir()
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    packaged.sort();
    on_path
        .chain(packaged.into_iter().rev().map(|(_, folder)| folder))
        .find(|folder| ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file()))
}

/// Who runs the server: this user or, for root, whom PostgreSQL refuses, another one.
struct Owner {
    instead: Option<(u32, u32)>,
}

impl Owner {
    fn find() -> Result<Self, String> {
        // What a file of ours says of us spares a call to libc.
        let probe = tempfile::tempfile().and_then(|file| file.metadata());
        let ours = probe.map_err(|error| format!("the temporary folder: {error}"))?;
        if ours.uid() != 0 {
            return Ok(Self { instead: None });
        }
        let ids = ["postgres", "nobody"].into_iter().find_map(|name| {
            let id = |flag: &str| {
                let output = Command::new("id").args([flag, name]).output().ok()?;
                String::from_utf8(output.stdout).ok()?.trim().parse().ok()
            };
            Some((id("-u")?, id("-g")?))
        });
        match ids {
            Some(ids) => Ok(Self { instead: Some(ids) }),
            None => Err("root may not run it, and there is no user postgres or nobody".to_owned()),
        }
    }

    /// A command that runs as this user, in a folder that everybody may enter. The standard
    /// library drops root's supplementary groups together with its user.
    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/");
        if let Some((user, group)) = self.instead {
            command.uid(user).gid(group);
        }
        command
    }

    /// A new folder that only the owner may enter, in the first place where it may enter one.
    fn folder(&self) -> Result<PathBuf, String> {
        let mut reasons = Vec::new();
        for parent in [std::env::temp_dir(), "/tmp".into(), "/var/tmp".into()] {
            match self.folder_in(&parent) {
                Ok(folder) => return Ok(folder),
                Err(reason) => reasons.push(format!("{}: {reason}", parent.display())),
            }
        }
        Err(format!("no place for its files: {}", reasons.join("; ")))
    }

    fn folder_in(&self, parent: &Path) -> Result<PathBuf, String> {
        let say = |error: std::io::Error| error.to_string();
        let folder = tempfile::Builder::new()
            .prefix("glasklar-postgres-")
            .tempdir_in(parent)
            .map_err(say)?;
        if let Some((user, group)) = self.instead {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group)).map_err(say)?;
        }
        let probe = self.command("test").arg("-w").arg(folder.path()).status().map_err(say)?;
        if !probe.success() {
            return Err("the user of the server may not enter it".to_owned());
        }
        // From here on the supervisor removes it.
        Ok(folder.keep())
    }
}
