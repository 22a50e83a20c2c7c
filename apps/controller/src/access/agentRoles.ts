import { changesName, labels, metadataName, type Stoker, statusName } from '@stoker/crd-types';
import type { OwnerReference, Role, RoleBinding } from '@stoker/kube';
import { createHash } from 'node:crypto';

/** A gateway, and the service account under which its agent speaks. */
export interface AgentIdentity {
  readonly gatewayName: string;
  readonly serviceAccountName: string;
}

export interface AgentAccess {
  readonly role: Role;
  readonly binding: RoleBinding;
}

/**
 * The rights of the agents of one CR: for each service account exactly the documents of its own gateways. It reads
 * what it is told and patches what it reports, by name, in lists too; it can create and delete nothing.
 */
export function agentRoles(
  stoker: Stoker,
  agents: readonly AgentIdentity[],
  owner: OwnerReference,
): readonly AgentAccess[] {
  const { name: cr, namespace } = stoker.metadata;
  return [...Map.groupBy(agents, ({ serviceAccountName }) => serviceAccountName)].map(
    ([serviceAccountName, members]) => {
      const gateways = members.map(({ gatewayName }) => gatewayName).toSorted();
      const metadata = {
        name: roleName(cr, serviceAccountName),
        ...(namespace === undefined ? {} : { namespace }),
        labels: { [labels.cr]: cr },
        ownerReferences: [owner],
      };
      return {
        role: {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'Role',
          metadata,
          rules: [
            rule(
              ['get', 'list', 'watch'],
              gateways.map((gateway) => metadataName(cr, gateway)),
            ),
            rule(
              ['get', 'patch'],
              gateways.flatMap((gateway) => [statusName(cr, gateway), changesName(cr, gateway)]),
            ),
          ],
        },
        binding: {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata,
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
          subjects: [
            { kind: 'ServiceAccount', name: serviceAccountName, ...(namespace === undefined ? {} : { namespace }) },
          ],
        },
      };
    },
  );
}

function rule(verbs: readonly string[], resourceNames: readonly string[]) {
  return { apiGroups: [''], resources: ['configmaps'], verbs, resourceNames };
}

/**
 * Both names may hold dots and neither a colon, so no two pairs have one Role. They are at most 253 long; a name that
 * would not fit ends in a hash instead.
 */
function roleName(cr: string, serviceAccountName: string): string {
  const name = `stoker-agent-${cr}:${serviceAccountName}`;
  if (name.length <= 253) return name;
  return `stoker-agent-${cr}:${createHash('sha256').update(serviceAccountName).digest('hex').slice(0, 32)}`;
}
