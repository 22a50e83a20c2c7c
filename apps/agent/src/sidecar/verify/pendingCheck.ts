import type { Logger } from '@stoker/logging';
import type { Touched } from '../../converge/touched.ts';
import type { SyncDependencies } from '../performSync.ts';
import { readRecord, writeRecord } from '../records.ts';
import type { Complaint, GatewayView } from './judge.ts';
import { forgetRefused } from './refusedRelease.ts';
import { isOpen, type Check } from './verificationState.ts';

const fileName = 'check.json';

type Dependencies = Pick<SyncDependencies, 'cell' | 'log'> & {
  readonly environment: Pick<SyncDependencies['environment'], 'dataDirectory'>;
};

/**
 * By what the release is judged that is about to be written. Killed before the verdict, or before what follows from it is
 * on record, the next process of the pod verifies the release anew. Undefined: nothing is to be judged. Never throws.
 */
export async function expectVerdict(deps: Dependencies, check: Check | undefined): Promise<void> {
  await record(deps, check);
  // From here on the folder may hold it again, and a new process would take it back unseen.
  if (deps.cell.state.refused !== undefined) await forgetRefused(deps);
}

/**
 * To be called when a verdict has come: a release that the gateway bears needs no record any more. Any other verdict is found
 * again by the next process. Never throws.
 */
export async function settleCheck(deps: Dependencies): Promise<void> {
  const { check, verification, refused } = deps.cell.state;
  const isJudged = check !== undefined && !isOpen(check, verification);
  if (isJudged && refused === undefined) await dropCheck(deps);
}

/** Nothing is to be judged any more. Never throws. */
export async function dropCheck(deps: Dependencies): Promise<void> {
  await record(deps, undefined);
}

async function record({ environment, log }: Omit<Dependencies, 'cell'>, check: Check | undefined): Promise<void> {
  try {
    await writeCheck(environment.dataDirectory, check);
  } catch (error) {
    log.error('verification not on record; it is lost where this agent is killed before its end', { error });
  }
}

export async function readCheck(dataDirectory: string, log: Logger): Promise<Check | undefined> {
  return parseCheck(await readRecord(dataDirectory, fileName, log));
}

async function writeCheck(dataDirectory: string, check: Check | undefined): Promise<void> {
  await writeRecord(dataDirectory, fileName, check);
}

/** Undefined where it is damaged: nothing is verified then. */
function parseCheck(value: unknown): Check | undefined {
  const { releaseId, previousReleaseId, touched, before } = fieldsOf<Check>(value);
  const touchedHere = parseTouched(touched);
  const view = parseView(before);
  if (typeof releaseId !== 'string' || touchedHere === undefined) return undefined;
  // Without a view of the time before nothing is blamed on the release.
  return {
    releaseId,
    previousReleaseId: typeof previousReleaseId === 'string' ? previousReleaseId : undefined,
    touched: touchedHere,
    before: view,
  };
}

function parseTouched(value: unknown): Touched | undefined {
  const fields = fieldsOf<Touched>(value);
  const { projects, writtenProjects, deletedProjects, resources, addedResources, deletedResources } = fields;
  if (!isTexts(projects) || !isTexts(writtenProjects) || !isTexts(deletedProjects)) return undefined;
  if (!isTexts(resources) || !isTexts(addedResources) || !isTexts(deletedResources)) return undefined;
  return { projects, writtenProjects, deletedProjects, resources, addedResources, deletedResources };
}

function parseView(value: unknown): GatewayView | undefined {
  const { projects, resources, unreadTypes, complaints } = fieldsOf<GatewayView>(value);
  if (!isTexts(projects) || !isTexts(resources) || !isTexts(unreadTypes) || !Array.isArray(complaints))
    return undefined;
  const known = complaints.map(parseComplaint);
  return known.includes(undefined)
    ? undefined
    : { projects, resources, unreadTypes, complaints: known.filter((one) => one !== undefined) };
}

function parseComplaint(value: unknown): Complaint | undefined {
  const { kind, subject, message } = fieldsOf<Complaint>(value);
  if (kind !== 'project' && kind !== 'module' && kind !== 'resource') return undefined;
  return typeof subject === 'string' && typeof message === 'string' ? { kind, subject, message } : undefined;
}

function fieldsOf<T>(value: unknown): Partial<Record<keyof T, unknown>> {
  return typeof value === 'object' && value !== null ? value : {};
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
