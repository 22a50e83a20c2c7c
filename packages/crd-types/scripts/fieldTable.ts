import { rules } from '../src/rules/rules.ts';

/** The keywords of our schemas that people read. */
export interface FieldSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly anyOf?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly patternProperties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly 'x-stoker-rules'?: readonly string[];
}

/** A table of every field under a schema, flattened: `git.auth.token.secretRef`. */
export function fieldTable(schema: FieldSchema): string {
  return ['| field | type | default | meaning |', '| --- | --- | --- | --- |', ...rowsUnder(schema, '')].join('\n');
}

/** What the rules of a schema say, as a list by field. */
export function ruleList(schema: FieldSchema): string {
  return rulesUnder(schema, '').join('\n');
}

function rowsUnder(schema: FieldSchema, prefix: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const meaning = (field.description ?? '').replaceAll('|', '\\|');
    return [
      `| \`${path}\` | ${typeText(field)} | ${defaultText(schema, name)} | ${meaning} |`,
      ...rowsUnder(field, `${path}.`),
      ...(field.items === undefined ? [] : rowsUnder(field.items, `${path}[].`)),
    ];
  });
}

function rulesUnder(schema: FieldSchema, path: string): readonly string[] {
  const own = (schema['x-stoker-rules'] ?? []).map((name) => `- \`${path}\`: ${rules[name]?.message ?? name}`);
  const under = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    rulesUnder(field, path === '' ? name : `${path}.${name}`),
  );
  return [...own, ...under, ...(schema.items === undefined ? [] : rulesUnder(schema.items, `${path}[]`))];
}

function typeText(field: FieldSchema): string {
  if (field.enum !== undefined) return field.enum.map((value) => `\`${value}\``).join(', ');
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.anyOf !== undefined) return 'integer or string';
  if (field.items !== undefined) return `list of ${typeText(field.items)}${rangeText(field.minItems, field.maxItems)}`;
  const [values] = Object.values(field.patternProperties ?? {});
  if (values !== undefined) return `map to ${typeText(values)}`;
  return `${field.type ?? ''}${rangeText(field.minimum, field.maximum)}`;
}

function rangeText(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined) return `, ${least}–${most}`;
  if (least !== undefined) return `, at least ${least}`;
  return most === undefined ? '' : `, at most ${most}`;
}

function defaultText(parent: FieldSchema, name: string): string {
  const value = parent.properties?.[name]?.default;
  if (value === undefined) return parent.required?.includes(name) === true ? '**required**' : '';
  // An empty object stands for the defaults of the fields in it.
  return JSON.stringify(value) === '{}' ? '' : `\`${JSON.stringify(value)}\``;
}
