//! The commands. Each is a thin shell around the library.

mod audit;
mod calibrate;
mod evaluate;
mod explain;
mod fetch;
mod inspect;
mod keys;
mod model;
mod ontology;
mod serve;
mod verify;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A glass score instead of a glass applicant: consented candidate scores over gRPC, explained
/// to the last point and recorded in a log nobody can forge.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Walks through the whole story on this machine, then leaves the server running.
    Demo(glasklar::demo::Arguments),
    /// Serves gRPC.
    Serve(ConfigFile),
    /// Creates the database schema or brings it up to date.
    Migrate(ConfigFile),
    /// Makes the three key files.
    Keygen(keys::Keygen),
    /// Mints a token for development; servers accept it only in development mode.
    Token(keys::Token),
    /// Prints what a network's export contains, without storing anything.
    Inspect(inspect::Arguments),
    /// Prints what an account's public pages on the open network contain, without storing
    /// anything.
    Fetch(fetch::Arguments),
    /// Imports and checks tables of topics, and tells which topics a text is about.
    #[command(subcommand)]
    Ontology(ontology::Command),
    /// Recomputes a released explanation offline, and names the lines that do not follow.
    Verify(verify::Arguments),
    /// Shows a released explanation as bars and plain sentences, once it verifies.
    Explain(explain::Arguments),
    /// Checks the ledger.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Sums evidence that was not yet summed with this version's model.
    Rescore(ConfigFile),
    /// Solves a model's scale on a sample of persons.
    Calibrate(calibrate::Arguments),
    /// Checks a model's file, or prints its numbers.
    #[command(subcommand)]
    Model(model::Command),
    /// Measures claims, intervals and agreement on a dump of a Stack Exchange site.
    Evaluate(evaluate::Arguments),
    /// Measures look-ups against a bare echo, over the network of this machine.
    Bench(glasklar::bench::Arguments),
    /// Prints the configuration in effect, without secrets; or all keys with their defaults.
    Config {
        /// Prints every key with its default and its meaning instead.
        #[arg(long)]
        defaults: bool,
        #[command(flatten)]
        file: ConfigFile,
    },
}

/// Where the configuration is.
#[derive(clap::Args, Clone)]
struct ConfigFile {
    /// The configuration file (TOML). Environment variables such as
    /// `GLASKLAR__DATABASE__URL` override it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl ConfigFile {
    /// Whether a file was named.
    const fn is_set(&self) -> bool {
        self.config.is_some()
    }

    fn load(&self) -> anyhow::Result<glasklar::config::Config> {
        glasklar::config::Config::load(self.config.as_deref())
    }
}

/// Runs the command that was asked for. Ends with 0, 1 when something that was checked is
/// wrong, or 2 when the command could not be done.
pub(super) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match dispatch(arguments.command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "glasklar: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(command: Command) -> anyhow::Result<bool> {
    match command {
        Command::Demo(arguments) => runtime()?.block_on(glasklar::demo::run(arguments))?,
        Command::Bench(arguments) => glasklar::bench::run(&arguments)?,
        Command::Serve(file) => runtime()?.block_on(serve::serve(file.load()?))?,
        Command::Migrate(file) => runtime()?.block_on(serve::migrate(file.load()?))?,
        Command::Keygen(arguments) => keys::keygen(&arguments)?,
        Command::Token(arguments) => keys::token(&arguments)?,
        Command::Inspect(arguments) => inspect::inspect(arguments)?,
        Command::Fetch(arguments) => runtime()?.block_on(fetch::fetch(arguments))?,
        Command::Ontology(command) => return ontology::run(command),
        Command::Verify(arguments) => return verify::verify(&arguments),
        Command::Explain(arguments) => return explain::explain(&arguments),
        Command::Audit(command) => return runtime()?.block_on(audit::run(command)),
        Command::Calibrate(arguments) => return calibrate::calibrate(&arguments),
        Command::Model(command) => return model::run(&command),
        Command::Evaluate(arguments) => return evaluate::evaluate(&arguments),
        Command::Rescore(file) => runtime()?.block_on(serve::rescore(file.load()?))?,
        Command::Config { defaults: true, .. } => say(glasklar::config::DEFAULT.trim_end())?,
        Command::Config { file, .. } => say(&format!("{:#?}", file.load()?))?,
    }
    Ok(true)
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// Prints a line; a reader that has gone away is no error.
fn say(line: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
