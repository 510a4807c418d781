//! The program `polka`: reads the command line, does one thing, and says by its exit code how it went.

use std::process::ExitCode;

use clap::Parser;
use polka_server::settings::{Command, CommandLine};
use polka_server::{backup, demo, devices, http, import, member_card, staff, store};

#[tokio::main]
async fn main() -> ExitCode {
    let line = CommandLine::parse();
    let settings = match line.settings.with_file() {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("polka: {error:#}");
            return ExitCode::from(2);
        }
    };
    let done = match line.command {
        Command::Serve => http::serve(&settings).await.map(|()| ExitCode::SUCCESS),
        Command::Import(command) => import::run(&settings, command).await,
        Command::Demo(options) => demo::run(&settings, options).await,
        Command::Backup(options) => backup::run(&settings, options).await,
        Command::Device(command) => devices::command::run(&settings, command).await,
        Command::Member(command) => member_card::command::run(&settings, command).await,
        Command::Staff(command) => staff::command::run(&settings, command).await,
        Command::Store(command) => store::run(&settings, command).await,
    };
    done.unwrap_or_else(|error| {
        eprintln!("polka: {error:#}");
        ExitCode::FAILURE
    })
}
