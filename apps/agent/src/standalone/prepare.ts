import { statSync } from 'node:fs';
import { parse, resolve } from 'node:path';
import { releaseId, type ResolvedProfile } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import { checkRef, resolveRef } from '@stoker/gitref';
import type { TemplateVariables } from '@stoker/template';
import type { Invocation } from '../cli/parseArguments.ts';
import { usageError } from '../cli/usageError.ts';
import type { SyncJob } from '../converge/job.ts';
import { remoteOf, type Repository } from '../converge/remoteOf.ts';
import { defaultCacheDirectory } from './cacheDirectory.ts';
import { readProfile } from './readProfile.ts';
import { readRepository } from './readRepository.ts';
import { holderOfThisProcess } from './holder.ts';

/** What a command line asks for, checked, before any server was asked. */
export interface Plan {
  readonly repository: Repository;
  readonly ref: string;
  readonly profile: ResolvedProfile;
  readonly gatewayName: string | undefined;
  readonly target: string;
  readonly cacheDirectory: string;
}

/**
 * Reads every file that the command line names.
 * @throws StokerError `Usage`, `InvalidResource`, `InvalidRef`, `InvalidRepositoryUrl`, `TargetUnsafe`
 */
export async function preparePlan(invocation: Invocation, env: NodeJS.ProcessEnv): Promise<Plan> {
  const { values, set } = invocation;
  const ref = values.ref ?? '';
  checkRef(ref);
  const repository = await readRepository(invocation);
  const { canonical } = remoteOf(repository).url;
  const profile = await readProfile(values.profile, set);
  const target = readTarget(values.target ?? '');
  return {
    repository,
    ref,
    profile: invocation.dryRun || invocation.command === 'diff' ? { ...profile, dryRun: true } : profile,
    gatewayName: values['gateway-name'],
    target,
    cacheDirectory: values.cache === undefined ? defaultCacheDirectory(canonical, target, env) : resolve(values.cache),
  };
}

/** A target that does not exist yet is made by the sync. */
function readTarget(path: string): string {
  const target = resolve(path);
  if (target === parse(target).root) {
    throw new StokerError(`--target ${target} is the whole file system`, {
      reason: 'TargetUnsafe',
      class: 'stalled',
      hint: 'name the data folder of the gateway',
    });
  }
  const found = statSync(target, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) return target;
  throw usageError(`--target ${target} is no folder`, 'name the data folder of the gateway');
}

/** Asks the repository which commit the ref is now. `cacheDirectory` must be this process's own. */
export async function planJob(plan: Plan, cacheDirectory: string, signal: AbortSignal): Promise<SyncJob> {
  const { commit } = await resolveRef(remoteOf(plan.repository), plan.ref, { signal });
  return {
    repository: plan.repository,
    commit,
    ref: plan.ref,
    releaseId: releaseId(commit, plan.profile),
    profile: plan.profile,
    variables: variablesOf(plan, commit),
    target: plan.target,
    cacheDirectory,
    holder: holderOfThisProcess(),
  };
}

/** Outside a cluster there is no pod: a template that asks for one is an error that says so. */
function variablesOf({ gatewayName, ref, profile }: Plan, commit: string): TemplateVariables {
  return {
    ...(gatewayName === undefined ? {} : { GatewayName: gatewayName }),
    Ref: ref,
    Commit: commit,
    Vars: profile.vars,
  };
}
