import { gitRules } from './gitRules.ts';
import { otherRules } from './otherRules.ts';
import { pathRules } from './pathRules.ts';
import type { Rule } from './rule.ts';

/** Every rule by the name that schemas use under `x-stoker-rules`. */
export const rules: Readonly<Record<string, Rule>> = { ...gitRules, ...pathRules, ...otherRules };
