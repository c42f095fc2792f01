//! Measuring imports: an export goes through real gRPC into a server process, and is looked up
//! there. Beside it, in the same run, what reading the same file costs, and what unpacking and
//! tokenizing it costs at least.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use tokio::runtime::Runtime;
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};

use super::child::Server;
use super::exports::{GENERATORS, Generator, Wanted};
use super::{say, tokens};
use crate::auth::{Identity, TokenRequest};
use crate::channels::{self, Report, Upload};
use crate::clock::Clock;
use crate::domain::time::Day;
use crate::pb;
use crate::pb::candidate_service_client::CandidateServiceClient;
use crate::pb::consent_service_client::ConsentServiceClient;
use crate::pb::organization_service_client::OrganizationServiceClient;
use crate::pb::profile_service_client::ProfileServiceClient;

/// Bytes of one piece of an upload.
const PIECE: usize = 128 * 1024;
const ADDRESS: &str = "vera@example.org";
const JOB: &str = "J-1";

/// Measures imports.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How many posts the imported X archive has.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    tweets: u64,
    /// Runs of each measurement; medians are printed.
    #[arg(long, value_name = "N", default_value_t = 3)]
    runs: usize,
    /// An empty database to use, instead of a new SQLite file in the temporary folder. Then there
    /// is one run.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Measures, and prints the runs and their medians.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let today = Clock::System.now().day();
    let runs = if arguments.database.is_some() { 1 } else { arguments.runs.max(1) };
    let [x, ..] = &GENERATORS;
    let large = Sample::new(x, arguments.tweets, today)?;
    say(&format!(
        "X archive of {} posts: {:.1} MB, inflated {:.1} MB",
        arguments.tweets,
        megabytes(large.file.metadata()?.len()),
        megabytes(large.inflated)
    ));
    let runtime = Runtime::new()?;
    let (mut imports, mut inspects, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        plain.extend(tokens::time(&large.file)?);
        inspects.push(large.inspect()?.0);
        let imported = runtime.block_on(import(&large, arguments.database.as_deref()))?;
        imported.print(&large);
        imports.push(imported.visible);
    }
    let (import, inspect, plain) = (median(imports), median(inspects), median(plain));
    say(&format!(
        "medians: import to look-up {:.2} s   inspect {:.2} s   unpack and tokenize {:.2} s",
        import.as_secs_f64(),
        inspect.as_secs_f64(),
        plain.as_secs_f64()
    ));
    say(&format!(
        "inspect has {:.2} of the speed of unpacking and tokenizing; import takes {:.1} × inspect",
        plain.as_secs_f64() / inspect.as_secs_f64(),
        import.as_secs_f64() / inspect.as_secs_f64()
    ));
    Ok(())
}

/// A generated export in a file without a name.
pub(super) struct Sample {
    pub(super) file: File,
    /// The bytes of its members.
    pub(super) inflated: u64,
}

impl Sample {
    pub(super) fn new(generator: &Generator, items: u64, until: Day) -> anyhow::Result<Self> {
        let file = tempfile::tempfile()?;
        let inflated = (generator.write)(Wanted { items, until }, file.try_clone()?)?;
        Ok(Self { file, inflated })
    }

    /// What `glasklar inspect` does with it.
    pub(super) fn inspect(&self) -> anyhow::Result<(Duration, Report)> {
        let upload = Upload::from(self.file.try_clone()?);
        let started = Instant::now();
        let report = channels::import(upload, &mut |_| Ok(()), &mut |_| Ok(()))?;
        Ok((started.elapsed(), report))
    }
}

/// What an import took.
struct Imported {
    /// From the first byte sent to the report.
    stored: Duration,
    /// From the first byte sent to the answer of a look-up that shows the score.
    visible: Duration,
    items: u64,
    peak: Option<u64>,
}

impl Imported {
    fn print(&self, sample: &Sample) {
        let peak =
            self.peak.map_or("unknown".to_owned(), |peak| format!("{:.0} MB", megabytes(peak)));
        say(&format!(
            "import {:>5.2} s   look-up shows the score {:>5.2} s   {:>7.0} items/s   {:>5.1} MB/s   \
             peak memory of the server {peak}",
            self.stored.as_secs_f64(),
            self.visible.as_secs_f64(),
            per_second(self.items, self.stored),
            per_second(sample.inflated, self.stored) / 1e6,
        ));
    }
}

/// Lets a candidate upload the sample to a new server, and an organization look her up.
async fn import(sample: &Sample, database: Option<&str>) -> anyhow::Result<Imported> {
    let folder = tempfile::Builder::new().prefix("glasklar-bench-").tempdir()?;
    let database = database.unwrap_or("sqlite://glasklar.db");
    let mut server = Server::start(folder.path(), database).await?;
    let mut callers = Callers::new(&server).await?;
    let candidate = callers.prepare(&mut server).await?;
    let mut file = sample.file.try_clone()?;
    file.rewind()?;
    let started = Instant::now();
    let items = callers.upload(file).await?;
    let stored = started.elapsed();
    callers.look_up(candidate).await?;
    let visible = started.elapsed();
    let peak = server.peak();
    server.stop().await?;
    Ok(Imported { stored, visible, items, peak })
}

/// Everybody who calls, over one connection.
struct Callers {
    channel: Channel,
    operator: MetadataValue<Ascii>,
    recruiter: MetadataValue<Ascii>,
    candidate: MetadataValue<Ascii>,
}

fn on<T>(token: &MetadataValue<Ascii>, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", token.clone());
    request
}

impl Callers {
    async fn new(server: &Server) -> anyhow::Result<Self> {
        let address = format!("http://{}", server.address);
        let channel = Endpoint::from_shared(address)?.tcp_nodelay(true).connect().await?;
        let token = |identity: Identity| -> anyhow::Result<MetadataValue<Ascii>> {
            let lifetime = Duration::from_mins(15);
            let request = TokenRequest { identity, subject: "bench".to_owned(), lifetime };
            let token = server.key.mint(&request, Clock::System.now())?;
            Ok(format!("Bearer {token}").parse()?)
        };
        Ok(Self {
            channel,
            operator: token(Identity::Operator)?,
            recruiter: token(Identity::Recruiter("bench".parse()?))?,
            candidate: token(Identity::Candidate)?,
        })
    }

    /// Everything that must be true before an import makes a score visible; returns the candidate
    /// as the organization knows her.
    async fn prepare(&mut self, server: &mut Server) -> anyhow::Result<String> {
        let request = pb::CreateOrganizationRequest {
            organization_id: "bench".to_owned(),
            display_name: "Bench AG".to_owned(),
        };
        let mut organizations = OrganizationServiceClient::new(self.channel.clone());
        organizations.create_organization(on(&self.operator, request)).await?;
        let request = pb::RequestConsentRequest {
            external_id: Some(pb::ExternalId {
                scheme: "bench".to_owned(),
                agency: String::new(),
                value: "vera".to_owned(),
            }),
            contact: ADDRESS.to_owned(),
            purpose: pb::Purpose::Application.into(),
            job_reference: JOB.to_owned(),
            fields: vec![pb::Field::Score.into()],
            ..Default::default()
        };
        let mut consents = ConsentServiceClient::new(self.channel.clone());
        let asked = consents.request_consent(on(&self.recruiter, request)).await?.into_inner();
        let asked = asked.consent.context("a consent")?;
        let mut candidates = CandidateServiceClient::new(self.channel.clone());
        let request = pb::EnrollRequest { display_name: "Vera".to_owned(), of_age: true };
        candidates.enroll(on(&self.candidate, request)).await?;
        let request = pb::AddContactRequest { address: ADDRESS.to_owned() };
        candidates.add_contact(on(&self.candidate, request)).await?;
        let code = server.code().await?;
        let request = pb::ConfirmContactRequest { address: ADDRESS.to_owned(), code };
        candidates.confirm_contact(on(&self.candidate, request)).await?;
        let request = pb::GrantConsentRequest {
            name: asked.name,
            fields: asked.fields,
            channels: asked.channels,
            days: 0,
        };
        consents.grant_consent(on(&self.candidate, request)).await?;
        Ok(asked.candidate)
    }

    /// Uploads a file; returns how many items counted.
    async fn upload(&self, mut file: File) -> anyhow::Result<u64> {
        let pieces = std::iter::from_fn(move || {
            let mut chunk = Vec::with_capacity(PIECE);
            let read = file.by_ref().take(PIECE as u64).read_to_end(&mut chunk);
            read.is_ok_and(|bytes| bytes > 0)
                .then(|| pb::ImportArchiveRequest { chunk, ..Default::default() })
        });
        let request = on(&self.candidate, tokio_stream::iter(pieces));
        let mut candidates = CandidateServiceClient::new(self.channel.clone());
        let mut answers = candidates.import_archive(request).await?.into_inner();
        let mut report = None;
        while let Some(answer) = answers.message().await? {
            report = answer.report.or(report);
        }
        let report = report.context("the import ended without a report")?;
        Ok(u64::try_from(report.items)?)
    }

    /// Looks her up; the score must be there.
    async fn look_up(&self, candidate: String) -> anyhow::Result<()> {
        let look_up = pb::ProfileLookUp {
            candidate,
            purpose: pb::Purpose::Application.into(),
            job_reference: JOB.to_owned(),
            fields: Vec::new(),
        };
        let request =
            pb::LookUpProfileRequest { look_up: Some(look_up), request_id: String::new() };
        let mut profiles = ProfileServiceClient::new(self.channel.clone());
        let shown = profiles.look_up_profile(on(&self.recruiter, request)).await?.into_inner();
        let score = shown.profile.and_then(|profile| profile.score).context("a score")?;
        ensure!(score.state() == pb::score::State::Scored, "the import made no score");
        Ok(())
    }
}

pub(super) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
pub(super) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
pub(super) fn per_second(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
