import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { describeError } from '@stoker/errors';
import { renderTemplate } from '@stoker/template';
import type { TemplateVariables } from '@stoker/template';
import { renderField } from '../desired/renderField.ts';
import { compilePatterns } from '../paths/matchPatterns.ts';
import { quotePath, syncError } from '../syncError.ts';
import type { JsonValue, Mapping, Patch } from '../types.ts';
import { parseJsonPath } from './jsonPath.ts';
import { replaceJsonValues } from './replaceJsonValues.ts';
import type { JsonReplacement } from './replaceJsonValues.ts';

/** Makes the content that goes live from the content that the source has. Pure. Throws `TransformFailed`. */
export interface Transform {
  /** Changes whenever the outcome could, for the same content. */
  readonly id: string;
  readonly apply: (content: Uint8Array) => Uint8Array;
}

/** What one mapping does to the content of its files. */
export interface Transforms {
  readonly id: string;
  /**
   * Undefined: the content as it is.
   * @param path relative to the mapping's destination; of a `file` mapping its name
   * @param target path in the target, for errors
   */
  readonly forFile: (path: string, target: string) => Transform | undefined;
}

/** `content` is undefined for what is no text. */
type Step = (content: string | undefined, path: string) => string | undefined;

/**
 * First the template, then the patches in their order.
 * @param field names the mapping in errors
 * @throws StokerError `InvalidPatch`, `InvalidPattern`, `InvalidTemplate`
 */
export function compileTransforms(
  { template = false, patches = [] }: Pick<Mapping, 'template' | 'patches'>,
  variables: TemplateVariables,
  field: string,
): Transforms | undefined {
  if (!template && patches.length === 0) return undefined;
  const compiled = patches.map((patch, index) => compilePatch(patch, variables, `${field}.patches[${index}]`));
  const id = hashOf([template ? variables : null, compiled.map(({ key }) => key)]);
  return {
    id,
    forFile(path, target) {
      const matching = compiled.filter(({ matches }) => matches(path, 'file'));
      if (!template && matching.length === 0) return undefined;
      const patching = matching.map(({ step }) => step);
      const steps = template ? [rendering(variables), ...patching] : patching;
      return { id, apply: (content) => applySteps(steps, content, target) };
    },
  };
}

function applySteps(steps: readonly Step[], content: Uint8Array, path: string): Uint8Array {
  const before = isText(content) ? Buffer.from(content).toString('utf8') : undefined;
  const after = steps.reduce((text, step) => step(text, path), before);
  return after === before || after === undefined ? content : Buffer.from(after);
}

/** As git tells text from other files, and UTF-8 besides. */
function isText(content: Uint8Array): boolean {
  return !content.includes(0) && isUtf8(content);
}

function rendering(variables: TemplateVariables): Step {
  return (text, path) => {
    try {
      return text?.includes('{{') ? renderTemplate(text, variables) : text;
    } catch (error) {
      throw failed(path, describeError(error).message, describeError(error).hint, error);
    }
  };
}

function compilePatch(patch: Patch, variables: TemplateVariables, field: string) {
  const replacements = Object.entries(patch.set).map(([shown, value]): JsonReplacement => {
    const path = parseJsonPath(shown);
    if (path === undefined) {
      throw syncError(
        'InvalidPatch',
        `${field}.set has ${quotePath(shown)}, which is no path to one JSON value`,
        "write it like $.settings.systemName or $['a name'][0]",
      );
    }
    return { path, text: JSON.stringify(renderValue(value, variables, `${field}.set`)) };
  });
  const step: Step = (text, path) => patched(text, path, replacements);
  return { key: [patch.file, replacements], matches: compilePatterns([patch.file]), step };
}

function patched(text: string | undefined, path: string, replacements: readonly JsonReplacement[]): string {
  try {
    const result = replaceJsonValues(text ?? '', replacements);
    if ('text' in result) return result.text;
    throw failed(
      path,
      `has no value at ${formatPath(result.missing)} to patch`,
      'correct the path of the patch, or its file',
    );
  } catch (error) {
    if (error instanceof SyntaxError)
      throw failed(path, 'is not JSON, so no value of it can be patched', undefined, error);
    throw error;
  }
}

function renderValue(value: JsonValue, variables: TemplateVariables, field: string): JsonValue {
  if (typeof value === 'string') return renderField(value, variables, field);
  if (Array.isArray(value)) return value.map((item: JsonValue) => renderValue(item, variables, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, renderValue(item, variables, field)]));
}

function failed(path: string, problem: string, hint: string | undefined, cause?: unknown): Error {
  return syncError('TransformFailed', `${quotePath(path)} ${problem}`, hint, cause);
}

function formatPath(path: readonly (string | number)[]): string {
  return `$${path.map((step) => (typeof step === 'number' ? `[${step}]` : `['${step}']`)).join('')}`;
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 20);
}
