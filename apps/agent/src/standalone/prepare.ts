import { resolve } from 'node:path';
import { releaseId, type ResolvedProfile } from '@stoker/crd-types';
import { checkRef, resolveRef } from '@stoker/gitref';
import type { TemplateVariables } from '@stoker/template';
import type { Invocation } from '../cli/parseArguments.ts';
import type { SyncJob } from '../converge/job.ts';
import { remoteOf, type Repository } from '../converge/remoteOf.ts';
import { defaultCacheDirectory } from './cacheDirectory.ts';
import { readProfile } from './readProfile.ts';
import { readRepository } from './readRepository.ts';
import { readTarget } from './readTarget.ts';
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
  const target = readTarget(values.target ?? '').path;
  return {
    repository,
    ref,
    profile: invocation.dryRun || invocation.command === 'diff' ? { ...profile, dryRun: true } : profile,
    gatewayName: values['gateway-name'],
    target,
    cacheDirectory: values.cache === undefined ? defaultCacheDirectory(canonical, target, env) : resolve(values.cache),
  };
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
