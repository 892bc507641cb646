//! Nova's names and ours: the tables that each crate has at its top, brought together.

use std::fmt::Write;
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
            let (id, file) = (&name, format!("chapters-code/{name}/src/lib.rs"));
            // Writing to a String does not fail.
            let _ =
                write!(text, "\n## {name} {{#{id}}}\n\n`{file}`\n\n| here | there |\n|---|---|\n");
            text += &rows.concat();
        }
    }
    text
}

/// The rows of the table `# In Nova`, without rustdoc's links.
fn rows(root: &str) -> Vec<String> {
    let lines = root.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let table = lines.skip_while(|line| *line != "# In Nova").filter(|line| line.starts_with('|'));
    let unlinked = |row: &str| row.replace("[`", "`").replace("`]", "`") + "\n";
    table.skip(2).map(unlinked).collect()
}
