import type { TSchema } from 'typebox';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the validators need: no descriptions, nothing of Kubernetes; unknown fields refused or ignored. */
export function runtimeSchema(schema: TSchema, unknownFields: 'refused' | 'ignored'): JsonSchema {
  return convert(JSON.parse(JSON.stringify(schema)) as JsonSchema, unknownFields);
}

function convert(schema: JsonSchema, unknownFields: 'refused' | 'ignored'): JsonSchema {
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'description' || keyword === 'format' || keyword.startsWith('x-kubernetes-')) continue;
    if (keyword === 'properties') {
      result[keyword] = mapValues(value as Record<string, JsonSchema>, (part) => convert(part, unknownFields));
    } else if (keyword === 'items') {
      result[keyword] = convert(value as JsonSchema, unknownFields);
    } else if (keyword === 'patternProperties') {
      result['additionalProperties'] = convert(valueType(value), unknownFields);
    } else if (keyword === 'required') {
      const required = (value as string[]).filter((name) => !hasDefault(schema, name));
      if (required.length > 0) result[keyword] = required;
    } else if (keyword === 'enum') {
      result['type'] = 'string';
      result[keyword] = value;
    } else {
      result[keyword] = value;
    }
  }
  if ('properties' in schema && unknownFields === 'refused') result['additionalProperties'] = false;
  return result;
}

/** TypeBox writes a map as `patternProperties` with one pattern that matches everything. */
export function valueType(patternProperties: unknown): JsonSchema {
  return Object.values(patternProperties as Record<string, JsonSchema>)[0] ?? {};
}

/** A field with a default is always there once defaults are applied, and need not be written. */
export function hasDefault(schema: JsonSchema, field: string): boolean {
  const properties = schema['properties'] as Record<string, JsonSchema>;
  return 'default' in (properties[field] ?? {});
}

export function mapValues<T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
