import { randomUUID } from 'node:crypto';

/**
 * Who holds the lease. A pod has one controller, and its next container may go on with the lease of the one before; a
 * host may have several, and none may take another's lease for its own.
 */
export function identityOf(env: NodeJS.ProcessEnv, host: string): string {
  return env['POD_NAME'] ?? `${host}_${randomUUID()}`;
}
