//! `cargo sockopt list`: every socket that gets an address.

use sockopt_analysis::{inventory::Entry, sites::Site};

use super::Session;
use crate::{
    cli::ListFormat,
    error::Error,
    exit::Exit,
    finding::Sources,
    inventory::{self, Listed},
    patch::Tree,
    project::Project,
    render::list,
    threads::threads,
};

impl Session<'_, '_> {
    /// Prints the sockets of some projects, in the files that are reported on.
    pub(super) fn list(
        mut self,
        mut projects: Vec<Project>,
        format: ListFormat,
    ) -> Result<Exit, Error> {
        projects.iter_mut().for_each(|it| it.lists_all = true);
        let (_, all) = self.collect_with(projects, |tree, sources| listed(&tree, sources))?;
        self.compare_with_baseline(threads()?)?;
        let mut all: Vec<_> = all.into_iter().flatten().collect();
        // A file that two paths on the command line lead to is analyzed twice.
        all.sort_by(|a, b| a.place.cmp(&b.place));
        all.dedup_by(|a, b| a.place == b.place);
        for (finding, _) in &self.findings {
            all.iter_mut().for_each(|it| it.add(finding));
        }
        match format {
            ListFormat::Human => self.host.print(&list::table(&all))?,
            ListFormat::Json => self.host.print(&inventory::json(&all))?,
        }
        if !self.cli.quiet {
            self.host.flush()?;
            self.host.say(&list::summary(&all))?;
        }
        Ok(if self.incomplete { Exit::Failed } else { Exit::Clean })
    }
}

/// The sockets of a project, as far as they are reported on and judged.
fn listed(tree: &Tree, sources: &mut Sources) -> Vec<Listed> {
    let loaded = &tree.loaded;
    let listed = |entry: &Entry| {
        let index = entry.site.file.0 as usize;
        let origin = loaded.origin(index)?;
        let judged = loaded.ambit(index).judged;
        if entry.platforms.intersection(judged).is_empty() {
            return None;
        }
        let file = &loaded.files[index];
        let ranges = file.sites.get(entry.site.id);
        let place = sources.place(&file.path, &ranges.label);
        let mut setter = |it: &Site| {
            let file = loaded.files.get(it.file.0 as usize)?;
            Some(sources.place(&file.path, &file.sites.get(it.id).label))
        };
        let setters = entry.setters.iter().filter_map(&mut setter).collect();
        let text = sources.get(&place.path).map_or("", |it| it.text());
        let call = text.get(ranges.label).unwrap_or_default();
        Some(Listed::new(
            entry,
            judged,
            origin.package,
            (place, setters),
            call.trim_start_matches('.'),
        ))
    };
    tree.analysis.inventory.iter().filter_map(listed).collect()
}
