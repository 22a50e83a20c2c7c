/**
 * One rule of the resources, said twice: in CEL for the API server, in TypeScript for the standalone agent. The message
 * says what to write instead; whoever reports it names the field, and the value that was found.
 */
export interface Rule {
  readonly message: string;
  /**
   * On `self`, and guaranteed to be of the type that the schema says. Undefined where the API server cannot check it: CEL
   * sees no values of any type. Then the condition `Accepted` says it.
   */
  readonly cel: string | undefined;
  /** Whether the value is good. Values of another type are good here: the schema complains about those. */
  readonly holds: (value: unknown) => boolean;
  /** It is about a text, and the text may be repeated in messages: it holds no credential. */
  readonly quotes?: boolean;
}

/** The same rule for a text that may hold a credential. */
export function unquoted(rule: Rule): Rule {
  return { ...rule, quotes: false };
}

/** A text must match. The pattern is read by RE2 and by JavaScript, so it keeps to what both know. */
export function matching(pattern: string, message: string): Rule {
  const expression = new RegExp(pattern);
  return {
    message,
    cel: `self.matches(${celText(pattern)})`,
    holds: (value) => typeof value !== 'string' || expression.test(value),
    quotes: true,
  };
}

/** A text must not match. */
export function notMatching(pattern: string, message: string): Rule {
  const rule = matching(pattern, message);
  return {
    ...rule,
    cel: `!${rule.cel}`,
    holds: (value) => typeof value !== 'string' || !rule.holds(value),
  };
}

function celText(text: string): string {
  if (text.includes('"')) throw new Error(`a raw CEL string holds no quotation mark: ${text}`);
  return `r"${text}"`;
}

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** The items of a list as objects; none of anything else. */
export function itemsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}
