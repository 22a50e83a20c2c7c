import winston from 'winston';
import { createRedactor, type Redactor } from './redact.ts';
import { toJson } from './toJson.ts';

/** Writes one object as one line of JSON, and answers the line: what the redactor knows as secret is masked in both. */
export type RecordStream = (record: object) => string;

/**
 * A stream of records beside the log: other lines, of another schema, that no level leaves out. A record names its stream
 * itself, so that pipelines can tell them from lines of the log where both come out of one container.
 */
export function createRecordStream(options: {
  /** Standard output when undefined. */
  readonly stream?: NodeJS.WritableStream | undefined;
  readonly redactor?: Redactor | undefined;
}): RecordStream {
  const redactor = options.redactor ?? createRedactor();
  const sink = winston.createLogger({
    format: winston.format.printf(({ message }) => String(message)),
    transports: [new winston.transports.Stream({ stream: options.stream ?? process.stdout })],
  });
  return (record) => {
    const line = toJson(record, redactor);
    sink.info(line);
    return line;
  };
}
