import { openClient } from '../client/openClient.ts';
import { startReflector } from '../reflector/startReflector.ts';
import { configMaps } from '../resourceTypes.ts';
import type { Delta, DeltaOrigin, Reflector, ReflectorOptions, ResourceType } from '../types.ts';
import { createFastClock } from './clocks.ts';
import { type ScriptedServer, startScriptedServer, type Step } from './scriptedServer.ts';
import type { TestObject } from './steps.ts';

/** Minutes pass in seconds. */
export const environment = { clock: createFastClock(80), random: () => 0 };
export const type: ResourceType<TestObject> = configMaps;
/** What `stopAll` stops. */
export const opened: { server: ScriptedServer; reflector: Reflector<TestObject> }[] = [];

export async function stopAll(): Promise<void> {
  for (const { server, reflector } of opened.splice(0)) {
    await reflector.stop();
    await server.close();
  }
}

/** A reflector of a server with that script, and what it tells. */
export async function reflect(script: readonly Step[], options: Partial<ReflectorOptions<TestObject>> = {}) {
  return reflectFrom(await startScriptedServer(...script), options);
}

export function reflectFrom(server: ScriptedServer, options: Partial<ReflectorOptions<TestObject>> = {}) {
  // Slower than the reflector: a busy machine must not look like a server that does not answer.
  const client = openClient(server.access, {}, createFastClock(20));
  const deltas: string[] = [];
  const errors: unknown[] = [];
  const onDelta = (delta: Delta<TestObject>, origin: DeltaOrigin) => {
    deltas.push(describeDelta(delta));
    options.onDelta?.(delta, origin);
  };
  const onError = (error: unknown) => errors.push(error);
  const reflector = startReflector<TestObject>({ client, type, ...options, onDelta, onError }, environment);
  opened.push({ server, reflector });
  return { server, reflector, deltas, errors };
}

/** `+name@version`, `name@from>to`, `-name@version`. */
function describeDelta({ before, after }: Delta<TestObject>): string {
  if (!before) return `+${after?.metadata.name}@${after?.metadata.resourceVersion}`;
  if (!after) return `-${before.metadata.name}@${before.metadata.resourceVersion}`;
  return `${before.metadata.name}@${before.metadata.resourceVersion}>${after.metadata.resourceVersion}`;
}
