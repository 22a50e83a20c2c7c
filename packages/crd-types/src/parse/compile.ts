import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';

export type Problem = ErrorObject;

/** Checks a value, filling in defaults; answers what is wrong. */
export type Validator = (value: unknown) => readonly Problem[];

/** A validator that is compiled at first use: a process pays only for the schemas it reads. */
export function lazyValidator(schema: object, prepare: (ajv: Ajv) => void = () => undefined): Validator {
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= compile(schema, prepare);
    return validate(value) ? [] : (validate.errors ?? []);
  };
}

function compile(schema: object, prepare: (ajv: Ajv) => void): ValidateFunction {
  const ajv = new Ajv({ strict: true, allErrors: true, useDefaults: true, verbose: true, strictRequired: false });
  prepare(ajv);
  return ajv.compile(schema);
}
