/**
 * What a changelog says of one version, without its heading, and without the identifiers of commits that changesets lists
 * as the cause of an updated dependency. Throws when it does not know the version.
 */
export function sectionOfChangelog(changelog: string, version: string): string {
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((text) => text.split('\n', 1)[0] === version);
  if (section === undefined) throw new Error(`the changelog has no section for ${version}`);
  const lines = section.slice(version.length).trim().split('\n');
  const [first, ...others] = lines.filter((line) => line.startsWith('- Updated dependencies'));
  const kept = lines
    .filter((line) => !others.includes(line))
    .map((line) => (line === first ? '- Updated dependencies' : line));
  return `${kept.join('\n')}\n`;
}
