import { describe, expect, test } from '@jest/globals';
import { chooseCluster } from './chooseCluster.ts';
import { kindCluster } from './kind.ts';
import { localCluster } from './local.ts';

describe('chooseCluster', () => {
  test.each([
    [{ KUBECONFIG: '/home/me/.kube/config' }, 'external'],
    [{ KUBECONFIG: localCluster.kubeconfig }, 'local'],
    [{ KUBECONFIG: kindCluster.kubeconfig }, 'kind'],
    [{ KUBECONFIG: '/home/me/.kube/config', STOKER_CLUSTER: 'local' }, 'local'],
    [{ STOKER_CLUSTER: 'kind' }, 'kind'],
  ])('with %j chooses %s', (env, kind) => {
    expect(chooseCluster(env).kind).toBe(kind);
  });

  test('refuses a kind of cluster that it does not know, and names those it does', () => {
    expect(() => chooseCluster({ STOKER_CLUSTER: 'minikube' })).toThrow(
      'STOKER_CLUSTER is "minikube"; it can be local, kind, external',
    );
  });

  test('says that an external cluster needs a kubeconfig', () => {
    expect(() => chooseCluster({ STOKER_CLUSTER: 'external' })).toThrow('KUBECONFIG is not set');
  });
});
