import type { AuditRecord } from '@stoker/crd-types';

/** Optional fields may also be given as undefined: they are left out of the line. */
type Loose<T> = { readonly [Key in keyof T]: T[Key] | (undefined extends T[Key] ? undefined : never) };

/** What a program says of one decision or deed; the rest of a record is added. */
export type AuditEntry = Omit<
  { readonly [Key in keyof AuditRecord]: AuditRecord[Key] | undefined },
  'schema' | 'stream' | 'id' | 'time' | 'app' | 'action' | 'object' | 'trigger' | 'outcome'
> &
  Pick<AuditRecord, 'action' | 'outcome'> & {
    readonly object: Loose<AuditRecord['object']>;
    readonly trigger: Loose<AuditRecord['trigger']>;
  };

/** Why a sink lost a record: no room while it was away, the other side wants it never, or the process ended first. */
export type LossReason = 'QueueFull' | 'Refused' | 'Shutdown';

/** What a sink has done since the process began. */
export interface SinkCounts {
  readonly sink: string;
  readonly delivered: number;
  readonly lost: Readonly<Record<LossReason, number>>;
  readonly queuedBytes: number;
}

/** Where lines go besides standard output. */
export interface Sink {
  readonly counts: SinkCounts;
  /** Never waits and never throws. */
  write(line: string): void;
  /** Delivers what is queued, for so long at most; what is left then is lost, and said. */
  close(withinMs: number): Promise<void>;
  /** Counts and says as lost what is queued: the process ends in this moment. */
  abandon(): void;
}
