//! Nova's names and ours: the tables that each crate has at its top, brought together.

use std::fs;

use crate::Source;

const HEAD: &str = "<!-- minutes: 5 -->

# Nova's names, and ours {#names}

What a type or a module of ours stands for, crate by crate. These are the tables at the top of the \
crates' documentation (`cargo doc --open`), brought together by `cargo book generate`. Paths are \
those of Nova 13.0.0 (Mitaka), where nothing else is said.
";

/// The page.
pub(super) fn page(source: &Source) -> String {
    let mut text = HEAD.to_owned();
    let crates = source.root.join("../chapters-code");
    let mut folders: Vec<_> = fs::read_dir(crates).into_iter().flatten().flatten().collect();
    folders.sort_by_key(fs::DirEntry::path);
    for folder in folders {
        let root = fs::read_to_string(folder.path().join("src/lib.rs")).unwrap_or_default();
        let rows = rows(&root);
        if !rows.is_empty() {
            let name = folder.file_name().to_string_lossy().into_owned();
            text += &format!("\n## {} {{#{name}}}\n\n", title(&name));
            text += &format!("`chapters-code/{name}/src/lib.rs`\n\n| here | there |\n|---|---|\n");
            text += &rows.concat();
        }
    }
    text
}

/// `ch01-paste` is chapter 1, and the crate `nova-paste`.
fn title(folder: &str) -> String {
    let numbered = folder.strip_prefix("ch").and_then(|rest| rest.split_once('-'));
    match numbered {
        Some(("00", name)) => format!("nova-{name}"),
        Some((number, name)) => {
            format!("Chapter {}: nova-{name}", number.trim_start_matches('0'))
        }
        None => folder.to_owned(),
    }
}

/// The rows of the table below `# In Nova`, without rustdoc's links.
fn rows(root: &str) -> Vec<String> {
    let lines = root.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let below = lines.skip_while(|line| !line.starts_with("# In Nova"));
    let unlinked = |row: &str| row.replace("[`", "`").replace("`]", "`") + "\n";
    below.filter(|line| line.starts_with('|')).skip(2).map(unlinked).collect()
}
