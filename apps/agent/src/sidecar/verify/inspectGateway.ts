import { isStokerError } from '@stoker/errors';
import type { GatewayHealth, LoadedResource } from '@stoker/ignition';
import type { Touched } from '../../converge/touched.ts';
import { typeOf, type Complaint, type GatewayView } from './judge.ts';

/** More types than a person changes in one commit; each is a call. */
const mostTypes = 32;

/**
 * How the gateway is now, as far as a sync of these files can have to do with it.
 * @throws StokerError of `@stoker/ignition`: it could not be asked
 */
export async function inspectGateway(
  health: GatewayHealth,
  touched: Touched,
  signal: AbortSignal,
): Promise<GatewayView> {
  const projects = await health.projects(signal);
  const modules = await health.quarantinedModules(signal);
  const complaints: Complaint[] = [
    ...projects
      .filter(({ invalidParent }) => invalidParent)
      .map(({ name }) => ({
        kind: 'project' as const,
        subject: name,
        message: 'its parent is not valid (invalidParent)',
      })),
    ...modules.map(({ id, reason }) => ({
      kind: 'module' as const,
      subject: id,
      message: reason === undefined ? 'in quarantine' : `in quarantine: ${reason}`,
    })),
  ];
  const resources: string[] = [];
  const unreadTypes: string[] = [];
  const types = new Set(touched.resources.map(typeOf));
  for (const typeName of [...types].slice(0, mostTypes)) {
    const found = await resourcesOf(health, typeName, signal);
    if (found === undefined) unreadTypes.push(typeName);
    for (const { name, complaints: messages } of found ?? []) {
      const subject = name === undefined ? typeName : `${typeName}/${name}`;
      resources.push(subject);
      complaints.push(...messages.map((message) => ({ kind: 'resource' as const, subject, message })));
    }
  }
  return { projects: projects.map(({ name }) => name), resources, unreadTypes, complaints };
}

/** Undefined: the list is no list, too long or one page of several. That is no reason to know nothing of all else. */
async function resourcesOf(
  health: GatewayHealth,
  typeName: string,
  signal: AbortSignal,
): Promise<readonly LoadedResource[] | undefined> {
  const [module = '', type = ''] = typeName.split('/');
  try {
    return await health.resources(module, type, signal);
  } catch (error) {
    if (isStokerError(error) && error.reason === 'GatewayError') return undefined;
    throw error;
  }
}
