export { createRepository } from './repository.ts';
export type { TestFile, TestRepository } from './repository.ts';
export { startGitServer } from './gitServer.ts';
export type { GitServer, GitServerBehaviour, GitServerOptions, GitServerRequest } from './gitServer.ts';
export { createCertificate } from './certificate.ts';
export type { TestCertificate } from './certificate.ts';
