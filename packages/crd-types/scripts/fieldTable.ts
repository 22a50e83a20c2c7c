import { rules } from '../src/rules/rules.ts';
import { hasDefault, type JsonSchema, valueType } from './runtimeSchema.ts';

/** A table of every field under a schema, flattened: `git.auth.token.secretRef`. */
export function fieldTable(schema: JsonSchema): string {
  return ['| field | type | default | meaning |', '| --- | --- | --- | --- |', ...rowsUnder(schema, '')].join('\n');
}

/** What the rules of a schema say, as a list by field. */
export function ruleList(schema: JsonSchema): string {
  return rulesUnder(schema, '').join('\n');
}

function rowsUnder(schema: JsonSchema, prefix: string): readonly string[] {
  return Object.entries(propertiesOf(schema)).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const items = field['items'] as JsonSchema | undefined;
    return [
      `| \`${path}\` | ${typeText(field)} | ${defaultText(schema, name)} | ${cell(String(field['description'] ?? ''))} |`,
      ...rowsUnder(field, `${path}.`),
      ...(items === undefined ? [] : rowsUnder(items, `${path}[].`)),
    ];
  });
}

function rulesUnder(schema: JsonSchema, path: string): readonly string[] {
  const own = ((schema['x-stoker-rules'] ?? []) as readonly string[]).map(
    (name) => `- \`${path}\`: ${rules[name]?.message ?? name}`,
  );
  const under = Object.entries(propertiesOf(schema)).flatMap(([name, field]) =>
    rulesUnder(field, path === '' ? name : `${path}.${name}`),
  );
  const items = schema['items'] as JsonSchema | undefined;
  return [...own, ...under, ...(items === undefined ? [] : rulesUnder(items, `${path}[]`))];
}

function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
}

function typeText(field: JsonSchema): string {
  if (Array.isArray(field['enum'])) return field['enum'].map((value) => `\`${String(value)}\``).join(', ');
  if ('const' in field) return `\`${JSON.stringify(field['const'])}\``;
  if ('anyOf' in field) return 'integer or string';
  if ('items' in field) return `list of ${typeText(field['items'] as JsonSchema)}${bounds(field, 'Items')}`;
  if ('patternProperties' in field) return `map to ${typeText(valueType(field['patternProperties']))}`;
  return `${String(field['type'])}${rangeText(field)}`;
}

function rangeText({ minimum, maximum }: JsonSchema): string {
  if (minimum === undefined && maximum === undefined) return '';
  if (maximum === undefined) return `, ≥ ${String(minimum)}`;
  return minimum === undefined ? `, ≤ ${String(maximum)}` : `, ${String(minimum)}–${String(maximum)}`;
}

function bounds(field: JsonSchema, unit: string): string {
  const [least, most] = [field[`min${unit}`], field[`max${unit}`]];
  if (most === undefined) return '';
  return least === undefined ? `, at most ${String(most)}` : `, ${String(least)}–${String(most)}`;
}

function defaultText(parent: JsonSchema, name: string): string {
  if (hasDefault(parent, name)) {
    const value = propertiesOf(parent)[name]?.['default'];
    return typeof value === 'object' && Object.keys(value ?? {}).length === 0 ? '' : `\`${JSON.stringify(value)}\``;
  }
  return ((parent['required'] ?? []) as readonly string[]).includes(name) ? '**required**' : '';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
