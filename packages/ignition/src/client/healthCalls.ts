import { isStokerError } from '@stoker/errors';
import {
  isRecord,
  parseDesigner,
  parseItems,
  parseModule,
  parseProject,
  parseResource,
  type DesignerSession,
  type LoadedProject,
  type LoadedResource,
  type QuarantinedModule,
} from './healthAnswers.ts';

/** How a gateway is, and who works with it. Every call throws a `StokerError`; an answer that is not whole is `GatewayError`. */
export interface GatewayHealth {
  /** Who has a Designer open, on which project. */
  designers(signal?: AbortSignal): Promise<readonly DesignerSession[]>;
  projects(signal?: AbortSignal): Promise<readonly LoadedProject[]>;
  quarantinedModules(signal?: AbortSignal): Promise<readonly QuarantinedModule[]>;
  /** Resources of one type of a module; of a singleton, that one. None where the gateway does not know the type. */
  resources(module: string, type: string, signal?: AbortSignal): Promise<readonly LoadedResource[]>;
}

/** @param get asks the REST API for JSON; `unusable` throws for an answer that is something else */
export function healthCalls(
  get: (path: string, signal: AbortSignal | undefined) => Promise<unknown>,
  unusable: (path: string) => never,
): GatewayHealth {
  async function items(path: string, signal: AbortSignal | undefined): Promise<readonly Record<string, unknown>[]> {
    return parseItems(await get(path, signal)) ?? unusable(path);
  }

  /** Undefined: there is no such thing. */
  async function ifKnown<Value>(answer: Promise<Value>): Promise<Value | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (isStokerError(error) && error.reason === 'EndpointNotFound') return undefined;
      throw error;
    }
  }

  return {
    designers: async (signal) => (await items('designers', signal)).map(parseDesigner),
    projects: async (signal) => (await items('projects/list', signal)).map(parseProject),
    quarantinedModules: async (signal) => (await items('modules/quarantined', signal)).map(parseModule),
    async resources(module, type, signal) {
      const path = `${encodeURIComponent(module)}/${encodeURIComponent(type)}`;
      const listed = await ifKnown(items(`resources/list/${path}`, signal));
      if (listed !== undefined) return listed.map(parseResource);
      const singleton = await ifKnown(get(`resources/singleton/${path}`, signal));
      if (singleton === undefined) return [];
      return isRecord(singleton) ? [{ ...parseResource(singleton), name: undefined }] : unusable(path);
    },
  };
}
