import { StokerError } from '@stoker/errors';

/**
 * The JSON of a body, also where it is the field `payload` of a form, which is GitHub's default.
 *
 * @throws StokerError `InvalidPayload`
 */
export function parseBody(body: Uint8Array, contentType: string | undefined): unknown {
  const text = decode(body);
  const isForm = contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true;
  const json = isForm ? new URLSearchParams(text).get('payload') : text;
  if (json === null) throw invalidPayload('the form has no field "payload"', 'send JSON');
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw invalidPayload('the body is not JSON', 'set the content type of the webhook to application/json', cause);
  }
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw invalidPayload('the body is not UTF-8', 'send JSON in UTF-8', cause);
  }
}

/** What lies under these keys. Own properties only: `__proto__` and `constructor` are keys like any other. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (!isObject(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

/** A text that is not empty. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The items of a list; none of anything else. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The delivery is broken, or of a shape that is not known. */
export function invalidPayload(message: string, hint: string, cause?: unknown): StokerError {
  return new StokerError(message, { reason: 'InvalidPayload', class: 'stalled', hint, cause });
}

/** The delivery is fine, and says nothing about where a ref is now. */
export function notRelevant(message: string): StokerError {
  return new StokerError(message, {
    reason: 'EventNotRelevant',
    class: 'waiting',
    hint: 'nothing to do; the sender may be told not to send such events',
  });
}
