// What the commands and the tests know of a cluster, whichever kind it is.
import type { Report } from './progress.ts';

export type ClusterKind = 'local' | 'kind' | 'external';

/** Something this machine lacks, and one sentence on how to get it. */
export interface Missing {
  readonly what: string;
  readonly how: string;
}

/** A part of the control plane that tests may take away. */
export type Component = 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'etcd';

export interface Cluster {
  readonly kind: ClusterKind;
  /** Path of the kubeconfig; the file exists once the cluster is up. */
  readonly kubeconfig: string;
  /** What this machine lacks for it; empty when it can be brought up. */
  missing(): Promise<readonly Missing[]>;
  isUp(): Promise<boolean>;
  /** Clears what a killed run left, then starts. The cluster has its images when this ends. */
  up(report: Report): Promise<void>;
  down(report: Report): Promise<void>;
  /** Builds the images of this checkout and gives them to the cluster, without restarting anything. */
  loadImages(report: Report): Promise<void>;
  /** Takes a part of the control plane away at once, as a crash would. Its data stays. */
  stopComponent(name: Component): Promise<void>;
  /** Brings it back and waits until it answers. */
  startComponent(name: Component): Promise<void>;
  /** Ends a container's process as a crash would, with SIGKILL. `id` is the container runtime's. The kubelet starts it again. */
  killContainer(id: string): Promise<void>;
}
