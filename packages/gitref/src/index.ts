export type * from './types.ts';
export { parseRepositoryUrl } from './repositoryUrl.ts';
export { canonicalRepository, sameRepository } from './canonicalRepository.ts';
export { checkRef, isCommitSha } from './refName.ts';
export { resolveRef } from './resolveRef.ts';
