import { describeError, isStokerError, StokerError } from '@stoker/errors';

function findBranch(name: string): never {
  throw new StokerError(`the repository has no branch or tag ${JSON.stringify(name)}`, {
    reason: 'RefNotFound', // CamelCase and stable: ends up in conditions, events and metrics; also error.code
    class: 'stalled', // transient: try again later; waiting: something else must happen; stalled: needs a person
    hint: 'correct spec.git.ref',
  });
}

try {
  findBranch('mian');
} catch (error) {
  const { reason, message, hint } = describeError(error); // of anything thrown
  const isWorthARetry = isStokerError(error) && error.class === 'transient';
  console.log(`${reason}: ${message} (${hint}); ${isWorthARetry ? 'trying again' : 'giving up'}`);
}
