export { startGateway } from './startGateway.ts';
export type { GatewayOptions, SimulatedGateway } from './startGateway.ts';
export type { GatewayControls, GatewayState } from './api/controlApi.ts';
export type { Ailment } from './api/ailments.ts';
export type { Fault } from './api/faults.ts';
export type { Problem, ProblemKind } from './loader/problem.ts';
export { resourceSignature, signatureAttribute } from './loader/resourceSignature.ts';
export type { Resource } from './loader/resourceSignature.ts';
export type { ScanRecord } from './scans/scanRecords.ts';
