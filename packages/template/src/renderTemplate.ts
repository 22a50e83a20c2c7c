import { checkTemplate } from './checkTemplate.ts';
import { invalidTemplate, parseTemplate } from './parseTemplate.ts';
import type { TemplateVariables } from './types.ts';

/**
 * Replaces every reference by its value. Values are inserted as they are and never read as templates.
 * Throws `InvalidTemplate` on bad syntax, an unknown name or a missing key.
 */
export function renderTemplate(text: string, variables: TemplateVariables): string {
  checkTemplate(text, shapeOf(variables));
  let rendered = '';
  for (const part of parseTemplate(text)) {
    rendered += part.kind === 'text' ? part.text : lookUp(part.name, part.key, part.source, variables);
  }
  return rendered;
}

function shapeOf(variables: TemplateVariables): Readonly<Record<string, 'string' | 'map'>> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, typeof value === 'string' ? 'string' : 'map']),
  );
}

function lookUp(name: string, key: string | undefined, source: string, variables: TemplateVariables): string {
  const value = variables[name];
  if (typeof value === 'string') return value;
  // Own keys only: `{{.Vars.constructor}}` is a missing key like any other.
  const entry = value !== undefined && key !== undefined && Object.hasOwn(value, key) ? value[key] : undefined;
  if (entry === undefined) {
    const keys = Object.keys(value ?? {});
    throw invalidTemplate(
      `"${source}" has no value`,
      keys.length === 0 ? `.${name} is empty here` : `.${name} has ${keys.join(', ')}`,
    );
  }
  return entry;
}
