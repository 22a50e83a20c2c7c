import { StokerError } from '@stoker/errors';
import { stokerSpec, syncProfileSpec } from '../generated/schemas.ts';
import { reasons } from '../reasons.ts';
import { stokers, syncProfiles } from '../resourceTypes.ts';
import { fieldsOf } from '../rules/rule.ts';
import { rules } from '../rules/rules.ts';
import type { Stoker, SyncProfile } from '../schemas/resources.ts';
import type { Ajv } from 'ajv';
import { lazyValidator, type Problem, type Validator } from './compile.ts';
import { explain, show } from './explain.ts';

const stokerValidator = lazyValidator(stokerSpec, addRules);
const syncProfileValidator = lazyValidator(syncProfileSpec, addRules);

/**
 * Checks what the API server would check, and applies the defaults. The argument is not changed. Unknown fields are
 * refused, as `kubectl apply` does: a misspelt field must not be a field that does nothing.
 *
 * @throws StokerError `InvalidResource` that names every bad field, what was found and what would work
 */
export function parseStoker(value: unknown): Stoker {
  return parse(value, stokers.kind, stokerValidator, ['crName']) as Stoker;
}

/** Like `parseStoker`, for a `SyncProfile`; it may come from a file on a machine without Kubernetes. */
export function parseSyncProfile(value: unknown): SyncProfile {
  return parse(value, syncProfiles.kind, syncProfileValidator, ['dependsOnOthers']) as SyncProfile;
}

function parse(value: unknown, kind: string, validate: Validator, rootRules: readonly string[]): unknown {
  const { apiVersion, metadata, spec } = fieldsOf(value);
  const apiVersionWanted = `${stokers.group}/${stokers.version}`;
  const name = fieldsOf(metadata)['name'];
  const problems: string[] = [];
  if (typeof value !== 'object' || value === null) problems.push(`it is ${show(value)}: write a ${kind} resource`);
  else {
    const kindFound = fieldsOf(value)['kind'];
    if (kindFound !== kind) problems.push(`kind is ${show(kindFound)}: write ${kind}`);
    if (apiVersion !== apiVersionWanted) problems.push(`apiVersion is ${show(apiVersion)}: write ${apiVersionWanted}`);
    if (typeof name !== 'string' || name === '')
      problems.push(`metadata.name is ${show(name)}: give the resource a name`);
    for (const rule of rootRules) {
      if (rules[rule]?.holds(value) === false) problems.push(`metadata.name is ${show(name)}: ${rules[rule].message}`);
    }
  }
  if (problems.length > 0) throw invalid(kind, name, problems);
  const checked: unknown = spec === undefined ? {} : structuredClone(spec);
  const found = validate(checked);
  if (found.length > 0)
    throw invalid(
      kind,
      name,
      found.map((problem) => explain(problem, 'spec')),
    );
  return { ...(value as object), spec: checked };
}

function invalid(kind: string, name: unknown, problems: readonly string[]): StokerError {
  const subject = typeof name === 'string' && name !== '' ? `${kind} ${JSON.stringify(name)}` : `the ${kind}`;
  return new StokerError(`${subject} cannot be used: ${[...new Set(problems)].join('; ')}`, {
    reason: reasons.InvalidResource,
    class: 'stalled',
    hint: `correct the ${kind}`,
  });
}

/** Makes `x-stoker-rules` a keyword that reports the message of each rule that does not hold. */
function addRules(ajv: Ajv): void {
  ajv.addKeyword({
    keyword: 'x-stoker-rules',
    schemaType: 'array',
    errors: 'full',
    compile: (names: readonly string[]) => {
      const check = (value: unknown): boolean => {
        const broken = names.flatMap((name) => rules[name] ?? []).filter((rule) => !rule.holds(value));
        check.errors = broken.map(({ message, quotes }) => ({
          keyword: 'x-stoker-rules',
          message,
          params: { quotes },
        }));
        return broken.length === 0;
      };
      check.errors = [] as Partial<Problem>[];
      return check;
    },
  });
}
