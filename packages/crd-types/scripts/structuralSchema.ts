import type { TSchema } from 'typebox';
import { rules } from '../src/rules/rules.ts';
import { hasDefault, type JsonSchema, mapValues, valueType } from './runtimeSchema.ts';

/** A structural schema as a CustomResourceDefinition wants it. Order of keys is that of the source. */
export function structuralSchema(schema: TSchema): JsonSchema {
  return convert(JSON.parse(JSON.stringify(schema)) as JsonSchema);
}

function convert(schema: JsonSchema): JsonSchema {
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties') result[keyword] = mapValues(value as Record<string, JsonSchema>, convert);
    else if (keyword === 'items') result[keyword] = convert(value as JsonSchema);
    else if (keyword === 'patternProperties') result['additionalProperties'] = convert(valueType(value));
    else if (keyword === 'x-stoker-rules') {
      const checked = validations(value as readonly string[]);
      if (checked.length > 0) result['x-kubernetes-validations'] = checked;
    } else if (keyword === 'required') {
      const required = (value as string[]).filter((name) => !hasDefault(schema, name));
      if (required.length > 0) result[keyword] = required;
    } else if (keyword === 'enum') {
      result['type'] = 'string';
      result[keyword] = value;
    } else result[keyword] = value;
  }
  return result;
}

/** The API server checks these in addition to the schema, and shows the message. */
export function validations(names: readonly string[]): readonly JsonSchema[] {
  return names.flatMap((name) => {
    const rule = rules[name];
    if (rule === undefined) throw new Error(`no rule is named ${name}`);
    if (rule.cel === undefined) return [];
    return {
      rule: rule.cel,
      message: rule.message,
      ...(rule.quotes === true ? { messageExpression: quoting(rule.message) } : {}),
    };
  });
}

/** By itself the API server says of a bad text only that it is a "string". */
function quoting(message: string): string {
  return String.raw`'"' + (self.size() > 80 ? self.substring(0, 80) + '…' : self) + '": ' + ${JSON.stringify(message)}`;
}
