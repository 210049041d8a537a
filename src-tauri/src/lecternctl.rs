//! The program without a window.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use lectern::cli;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    // Silent unless `RUST_LOG` asks: what a person has to know is in the answer.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    let answer = cli::run(std::env::args_os(), &mut io::stdin()).await;
    let written = write(&mut io::stdout().lock(), &answer.out).and(write(&mut io::stderr().lock(), &answer.err));
    match written {
        // Whoever read the output has enough of it (`lecternctl … | head`); what was asked for is done all the same.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::from(answer.code),
    }
}

fn write(to: &mut dyn Write, text: &str) -> io::Result<()> {
    to.write_all(text.as_bytes())?;
    to.flush()
}
