import { isStokerError, StokerError } from '@stoker/errors';
import { renderTemplate } from '@stoker/template';
import type { TemplateVariables } from '@stoker/template';

/** Renders what a request holds in one of its fields. Throws `InvalidTemplate`, which names the field. */
export function renderField(text: string, variables: TemplateVariables, field: string): string {
  try {
    return renderTemplate(text, variables);
  } catch (error) {
    if (!isStokerError(error)) throw error;
    const { message, reason, hint } = error;
    throw new StokerError(`${field}: ${message}`, { reason, class: error.class, hint, cause: error });
  }
}
