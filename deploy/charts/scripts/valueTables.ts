import type { ValueGroup } from './readValues.ts';

/** The values as Markdown: a table for each group. */
export function valueTables(groups: readonly ValueGroup[]): string {
  return groups.map(section).join('\n\n');
}

function section({ name, description, values }: ValueGroup): string {
  const rows = values.map((value) => `| \`${value.path}\` | ${code(value.default)} | ${cell(value.description)} |`);
  const head = ['| value | default | meaning |', '| --- | --- | --- |'];
  return [`### ${name}`, '', ...(description === '' ? [] : [description, '']), ...head, ...rows].join('\n');
}

function code(value: unknown): string {
  return `\`${cell(typeof value === 'string' && value !== '' ? value : JSON.stringify(value))}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
