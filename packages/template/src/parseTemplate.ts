import { StokerError } from '@stoker/errors';

/** Literal text, or a reference to a variable (`{{.Name}}`) or to one key of a map (`{{.Vars.key}}`). */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reference'; readonly name: string; readonly key: string | undefined; readonly source: string };

const reference = /^\{\{[ \t]*\.([A-Za-z_][A-Za-z0-9_]*)(?:\.([A-Za-z_][A-Za-z0-9_]*))?[ \t]*\}\}$/;
const allowed = 'only {{.Name}} and {{.Vars.key}} are allowed: no functions, pipes, conditions, loops or comments';

/** Splits a text at its references. Throws `InvalidTemplate` on any other use of `{{`. */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let position = 0;
  while (position < text.length) {
    const start = text.indexOf('{{', position);
    if (start < 0) break;
    if (start > position) parts.push({ kind: 'text', text: text.slice(position, start) });
    const end = text.indexOf('}}', start);
    if (end < 0) throw invalidTemplate(`${quote(text.slice(start))} is never closed by }}`, allowed);
    const source = text.slice(start, end + 2);
    const match = reference.exec(source);
    if (!match?.[1]) throw invalidTemplate(`${quote(source)} is not a variable reference`, allowed);
    parts.push({ kind: 'reference', name: match[1], key: match[2], source });
    position = end + 2;
  }
  if (position < text.length) parts.push({ kind: 'text', text: text.slice(position) });
  return parts;
}

export function invalidTemplate(message: string, hint: string): StokerError {
  return new StokerError(message, { reason: 'InvalidTemplate', class: 'stalled', hint });
}

function quote(piece: string): string {
  return JSON.stringify(piece.length > 80 ? `${piece.slice(0, 80)}…` : piece);
}
