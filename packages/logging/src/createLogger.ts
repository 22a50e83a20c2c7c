import winston from 'winston';
import { createRedactor, type Redactor } from './redact.ts';
import { toJson } from './toJson.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** The one vocabulary of keys. A key means the same in every app, so that one query finds it in all of them. */
export interface LogFields {
  /** `namespace/name` of the `Stoker` resource. */
  readonly stoker?: string | undefined;
  readonly namespace?: string | undefined;
  readonly gateway?: string | undefined;
  readonly pod?: string | undefined;
  readonly profile?: string | undefined;
  /** Repository without credentials. */
  readonly repository?: string | undefined;
  readonly ref?: string | undefined;
  readonly commit?: string | undefined;
  /** Release id. */
  readonly release?: string | undefined;
  /** CamelCase reason of an outcome or an error. */
  readonly reason?: string | undefined;
  readonly durationMs?: number | undefined;
  readonly count?: number | undefined;
  readonly sender?: string | undefined;
  readonly delivery?: string | undefined;
  readonly address?: string | undefined;
  readonly attempt?: number | undefined;
  /** Any thrown value; its message and stack are written redacted. */
  readonly error?: unknown;
}

/** A message is constant; what varies goes into the fields. */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  with(fields: LogFields): Logger;
}

export interface LoggerOptions {
  readonly app: string;
  readonly level?: LogLevel | undefined;
  /** Lines go here; standard error when undefined. */
  readonly stream?: NodeJS.WritableStream | undefined;
  readonly redactor?: Redactor | undefined;
}

/** JSON lines with `time`, `level`, `msg`, `app` and the fields. Nothing the redactor knows as secret gets through. */
export function createLogger(options: LoggerOptions): Logger {
  const redactor = options.redactor ?? createRedactor();
  const line = winston.format.printf((info) => {
    const { level, message, ...fields } = info;
    return toJson({ time: new Date().toISOString(), level, msg: message, app: options.app, ...fields }, redactor);
  });
  const sink = winston.createLogger({
    level: options.level ?? 'info',
    format: line,
    transports: [new winston.transports.Stream({ stream: options.stream ?? process.stderr })],
  });
  return wrap(sink, {});
}

function wrap(sink: winston.Logger, base: LogFields): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      sink.log({ level, message, ...plain({ ...base, ...fields }) });
    };
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    with: (fields) => wrap(sink, { ...base, ...fields }),
  };
}

function plain(fields: LogFields): Record<string, unknown> {
  if (fields.error === undefined) return { ...fields };
  return { ...fields, error: describe(fields.error) };
}

/** An error as data, its causes followed: `JSON.stringify` alone makes `{}` of it. */
function describe(error: unknown, depth = 0): unknown {
  if (!Error.isError(error)) return String(error);
  const { reason } = error as { reason?: unknown };
  return {
    message: error.message,
    ...(typeof reason === 'string' ? { reason } : { stack: error.stack }),
    ...(error.cause === undefined || depth >= 3 ? {} : { cause: describe(error.cause, depth + 1) }),
  };
}
