import { randomUUID } from 'node:crypto';
import type { AuditRecord } from '@stoker/crd-types';
import { createRecordStream, type Logger, type Redactor } from '@stoker/logging';
import { appendToFile, type FileTarget } from './appendToFile.ts';
import { createSink, type Deliver } from './createSink.ts';
import { type HttpTarget, postLines } from './postLines.ts';
import type { AuditEntry, Sink, SinkCounts } from './types.ts';

export interface Audit {
  /** Writes one record. Never waits and never throws. */
  record(entry: AuditEntry): void;
  /** What became of the records, by sink. */
  readonly counts: readonly SinkCounts[];
  /** Gives the sinks so long to deliver what they have. Records that come later reach standard output alone. */
  close(withinMs: number): Promise<void>;
  /** Says how much is lost, where the process has to end in this moment. */
  abandon(): void;
}

export interface AuditOptions {
  readonly app: AuditRecord['app'];
  readonly log: Logger;
  /** Standard output when undefined. */
  readonly stream?: NodeJS.WritableStream | undefined;
  readonly redactor?: Redactor | undefined;
  readonly file?: FileTarget | undefined;
  readonly http?: HttpTarget | undefined;
  readonly maxQueuedBytes?: number | undefined;
  readonly firstRetryMs?: number | undefined;
}

/** A sentence is enough; a message may quote what somebody else has written. */
const longestMessage = 1024;

/** The stream of audit records on standard output, and the sinks that get the same lines. */
export function openAudit(options: AuditOptions): Audit {
  const { app, log, file, http, maxQueuedBytes, firstRetryMs } = options;
  const print = createRecordStream(options);
  const sinks: Sink[] = [];
  const lossOf = (name: string, lost: number): AuditEntry => ({
    action: 'loss',
    object: {},
    trigger: { kind: 'sink' },
    lost,
    outcome: 'Lost',
    message: `the ${name} sink has lost ${lost} records; standard output has had them`,
  });
  const addSink = (name: string, deliver: Deliver): void => {
    const lossLine = (lost: number) => JSON.stringify(complete(app, lossOf(name, lost)));
    sinks.push(createSink({ name, deliver, lossLine, log, maxQueuedBytes, firstRetryMs }));
  };
  if (file !== undefined) addSink('file', appendToFile(file));
  if (http !== undefined) addSink('http', postLines(http));
  return {
    record: (entry) => {
      const line = print(complete(app, entry));
      for (const sink of sinks) sink.write(line);
    },
    get counts() {
      return sinks.map(({ counts }) => counts);
    },
    abandon: () => {
      for (const sink of sinks) sink.abandon();
    },
    close: async (withinMs) => {
      await Promise.all(sinks.map((sink) => sink.close(withinMs)));
    },
  };
}

function complete(app: AuditRecord['app'], { action, object, trigger, ...rest }: AuditEntry): object {
  const head = { schema: 1, stream: 'audit', id: randomUUID(), time: new Date().toISOString(), app };
  return { ...head, action, object, trigger, ...rest, message: rest.message?.slice(0, longestMessage) };
}
