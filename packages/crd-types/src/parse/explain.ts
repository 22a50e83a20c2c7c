import type { Problem } from './compile.ts';

/** One sentence about one problem: the field, what was found, what would work. `root` is the path of what was checked. */
export function explain(problem: Problem, root: string): string {
  const field = `${root}${fieldPath(problem.instancePath)}`;
  const { params } = problem;
  switch (problem.keyword) {
    case 'required':
      return `${field}.${String(params['missingProperty'])} is missing${describeWanted(problem)}`;
    case 'additionalProperties':
      return `${field}.${String(params['additionalProperty'])} is not a field of ${field}: ${suggest(problem)}`;
    case 'enum':
      return `${field} is ${show(problem.data)}: write one of ${(params['allowedValues'] as string[]).join(', ')}`;
    case 'type':
      return `${field} is ${show(problem.data)}: give ${article(String(params['type']))}`;
    case 'const':
      return `${field} is ${show(problem.data)}: it has to be ${show(params['allowedValue'])}`;
    case 'minimum':
    case 'maximum':
      return `${field} is ${show(problem.data)}: give a number ${rangeOf(problem)}`;
    case 'minItems':
      return `${field} is empty: give at least ${String(params['limit'])} item`;
    case 'maxItems':
    case 'maxProperties':
      return `${field} has too many items: give at most ${String(params['limit'])}`;
    case 'maxLength':
      return `${field} is too long: write at most ${String(params['limit'])} characters`;
    case 'pattern':
      return `${field} is ${show(problem.data)}: it has to match ${String(params['pattern'])}`;
    default:
      return `${field}${params['quotes'] === true ? ` is ${show(problem.data)}` : ''}: ${problem.message ?? problem.keyword}`;
  }
}

/** `/mappings/0/source` as `.mappings[0].source`. */
function fieldPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('');
}

/** At most 80 characters of a value. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function article(type: string): string {
  return type === 'object' || type === 'array' || type === 'integer' ? `an ${type}` : `a ${type}`;
}

function rangeOf({ parentSchema }: Problem): string {
  const { minimum, maximum } = parentSchema ?? {};
  if (minimum === undefined) return `of at most ${String(maximum)}`;
  return maximum === undefined ? `of at least ${String(minimum)}` : `from ${String(minimum)} to ${String(maximum)}`;
}

function describeWanted({ parentSchema, params }: Problem): string {
  const properties = (parentSchema?.['properties'] ?? {}) as Readonly<Record<string, { readonly type?: unknown }>>;
  const type = properties[String(params['missingProperty'])]?.type;
  return typeof type === 'string' ? `: give ${article(type)}` : '';
}

function suggest({ parentSchema, params }: Problem): string {
  const known = Object.keys((parentSchema?.['properties'] ?? {}) as object);
  const written = String(params['additionalProperty']).toLowerCase();
  const alike = known.find((name) => name.toLowerCase() === written);
  return alike === undefined ? `known are ${known.join(', ')}` : `did you mean ${alike}?`;
}
