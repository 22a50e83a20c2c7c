import { invalidTemplate, parseTemplate } from './parseTemplate.ts';

/**
 * Checks a template before any value is known: its syntax, the names, and that a map is asked for a key and a string
 * is not. Throws `InvalidTemplate`. Whether a map holds the key only shows when the template is rendered.
 */
export function checkTemplate(text: string, shape: Readonly<Record<string, 'string' | 'map'>>): void {
  for (const part of parseTemplate(text)) {
    if (part.kind === 'text') continue;
    const kind = Object.hasOwn(shape, part.name) ? shape[part.name] : undefined;
    if (kind === undefined) {
      throw invalidTemplate(`"${part.source}" names no variable`, `known are ${listNames(shape)}`);
    }
    if (kind === 'map' && part.key === undefined) {
      throw invalidTemplate(`"${part.source}" is a map`, `name one of its keys: {{.${part.name}.key}}`);
    }
    if (kind === 'string' && part.key !== undefined) {
      throw invalidTemplate(`"${part.source}" asks a string for a key`, `write {{.${part.name}}}`);
    }
  }
}

function listNames(shape: Readonly<Record<string, 'string' | 'map'>>): string {
  const names = Object.keys(shape).map((name) => (shape[name] === 'map' ? `.${name}.<key>` : `.${name}`));
  return names.length === 0 ? 'none here' : names.join(', ');
}
