export { openGateway } from './client/openGateway.ts';
export type { Gateway, GatewayOptions, ScanLockTimes, ScanWait } from './client/openGateway.ts';
export type { Readiness, ScanKind, ScanStatus, StatusPing } from './client/answers.ts';
export type { DesignerSession, LoadedProject, LoadedResource, QuarantinedModule } from './client/healthAnswers.ts';
export type { GatewayHealth } from './client/healthCalls.ts';
export { deploymentModeMapping } from './files/deploymentModeMapping.ts';
export { ignitionProtection } from './files/ignitionProtection.ts';
export { resourceSeal } from './files/resourceSeal.ts';
