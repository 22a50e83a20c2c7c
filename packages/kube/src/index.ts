export type * from './types.ts';
// Agreed face (implementations follow):
//   loadKubeConfig(options?: { kubeconfig?: string; context?: string }): ClusterAccess     in-cluster or kubeconfig (client-node's loading and auth)
//   openClient(access: ClusterAccess, options?: { userAgent?: string }): KubeClient
//   class ApiError extends Error { status: number; reason: string; retryAfterMs?: number }   isNotFound(e) isConflict(e) isForbidden(e) isAlreadyExists(e)
//   startReflector<T>(options: ReflectorOptions<T>): Reflector<T>
//   createWorkQueue / createController(options: ControllerOptions): Controller
//   startLeaderElection(options): LeaderElection
//   createEventRecorder({ client, component, instance }): EventRecorder
//   setCondition(conditions, next without lastTransitionTime, now: Date): readonly Condition[]    transition time changes only with the status
//   findCondition(conditions, type) ; lintConditions(object): string[]   kstatus invariants, empty when clean
//   patchStatus(client, type, before, nextStatus): Promise<T>       sends nothing when nothing changed
//   keyOf(object): ObjectKey ; formatKey(key): string `ns/name` ; parseKey(text): ObjectKey
//   resource types: pods, configMaps, secrets, namespaces, serviceAccounts, roles, roleBindings, leases, events
//   registerMetrics(registry)      controller_runtime_* and workqueue_*
