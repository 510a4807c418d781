//! The browser app's start: a panic is told in the console, and the app takes the page's body.

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(polka_app::App);
}
