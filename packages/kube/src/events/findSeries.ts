import type { Event } from '../resourceTypes.ts';
import type { RecordedEvent } from './eventObject.ts';

/** Occurrences that are shown as one. */
export interface Series {
  /** As it was sent; undefined until then. */
  sent: Event | undefined;
  readonly event: RecordedEvent;
  readonly firstDate: Date;
  count: number;
  lastDate: Date;
  lastAt: number;
}

/** The series of one object and reason, by note; those of the notes that were too many are one. */
export type SeriesByNote = Map<string | typeof otherNotes, Series>;

export const otherNotes = Symbol('other notes');

/** As in client-go: after so long without a repetition the next one is a new event. */
const endsAfterMs = 6 * 60_000;
/**
 * So many notes are shown each, as client-go does: three gateways of one reason are three things to know. A note that
 * holds a time or a number is another one each time: those that come after are one series.
 */
const maxNotes = 10;

/** Where an event with this note belongs, and the series that it repeats, if it does. Forgets the series that have ended. */
export function findSeries(series: SeriesByNote, note: string, now: number) {
  for (const [known, { lastAt }] of series) if (now - lastAt >= endsAfterMs) series.delete(known);
  const place = series.has(note) || series.size < maxNotes ? note : otherNotes;
  return { place, repeated: series.get(place) };
}
