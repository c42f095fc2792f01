//! Sending mail to candidates. Messages carry no score and nothing about anybody else.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use tokio::io::AsyncWriteExt as _;

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The address, validated: no white space, no control characters.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// How messages leave.
#[derive(Clone, Debug)]
pub enum Mailer {
    /// Printed to standard error; development only.
    Print,
    /// Kept in memory, for tests and the demo.
    Memory(Arc<Mutex<Vec<Message>>>),
    /// Handed to a program that takes a message on its standard input, such as `sendmail -t`.
    Command {
        /// The program and its arguments.
        command: Vec<String>,
        /// The sender's address.
        from: String,
    },
}

/// A message that could not be handed over.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program cannot be started, or did not take the message.
    #[error("the mail program failed: {0}")]
    Program(#[from] std::io::Error),
    /// The program ended with an error.
    #[error("the mail program ended with {0}")]
    Refused(std::process::ExitStatus),
    /// The configuration names no program.
    #[error("mail.command is empty")]
    NoProgram,
}

impl Mailer {
    /// Sends a message.
    pub async fn send(&self, message: Message) -> Result<(), Error> {
        match self {
            Self::Print => {
                let Message { to, subject, body } = &message;
                let text = format!("--- mail to {to}: {subject}\n{body}\n---\n");
                tokio::io::stderr().write_all(text.as_bytes()).await?;
                Ok(())
            }
            Self::Memory(messages) => {
                if let Ok(mut messages) = messages.lock() {
                    messages.push(message);
                }
                Ok(())
            }
            Self::Command { command, from } => hand_over(command, from, &message).await,
        }
    }
}

async fn hand_over(command: &[String], from: &str, message: &Message) -> Result<(), Error> {
    let (program, arguments) = command.split_first().ok_or(Error::NoProgram)?;
    let mut child = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let Message { to, subject, body } = message;
    let text = format!(
        "From: {from}\nTo: {to}\nSubject: {subject}\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\n\n{body}\n"
    );
    let mut written = Ok(());
    if let Some(mut input) = child.stdin.take() {
        written = input.write_all(text.as_bytes()).await;
    }
    // A program that ends early closes its input; how it ended says more than that.
    let status = child.wait().await?;
    if !status.success() {
        return Err(Error::Refused(status));
    }
    Ok(written?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mail_program_gets_the_whole_message_and_its_failure_is_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let script = format!("cat > '{}'", file.path().display());
        let send = |script: String| {
            let command = ["sh", "-c", &script].map(str::to_owned).to_vec();
            let mailer = Mailer::Command { command, from: "glasklar@example.org".to_owned() };
            let text = |text: &str| text.to_owned();
            let (to, subject) = (text("ada@example.org"), text("Code"));
            async move { mailer.send(Message { to, subject, body: "12345678".to_owned() }).await }
        };
        send(script).await.unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        assert!(
            text.starts_with("From: glasklar@example.org\nTo: ada@example.org\nSubject: Code\n")
        );
        assert!(text.ends_with("\n\n12345678\n"));
        assert!(matches!(send("exit 3".to_owned()).await, Err(Error::Refused(_))));
    }
}
