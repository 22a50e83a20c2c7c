import { setTimeout as delay } from 'node:timers/promises';
import { loadKubeConfig, openClient } from '@stoker/kube';

export interface AdmissionLoad {
  /** Ends the load, if it goes on still: how many pods were admitted with the agent, and what became of each other one. */
  end(): Promise<{ readonly injected: number; readonly failures: readonly string[] }>;
}

/** A machine that is slower than the load is asked as fast as it answers: how long a queue of questions gets is not what is asked. */
const mostAtOnce = 50;

/**
 * Asks the API server again and again, without creating anything, what it would make of `pod`: every `everyMs` by the clock, so
 * that a question which is sent late moves none of those behind it.
 */
export function startAdmissionLoad(pod: object, namespace: string, everyMs: number): AdmissionLoad {
  const client = openClient(loadKubeConfig());
  const stopping = new AbortController();
  const failures: string[] = [];
  let injected = 0;

  const ask = async () => {
    try {
      const admitted = await client.raw('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod);
      if (JSON.stringify(admitted).includes('"name":"stoker-agent"')) injected += 1;
      else failures.push('admitted without the agent');
    } catch (error) {
      failures.push(String(error));
    }
  };
  const asking = new Set<Promise<unknown>>();
  const loop = (async () => {
    let due = performance.now();
    while (!stopping.signal.aborted) {
      const question: Promise<void> = ask().finally(() => asking.delete(question));
      asking.add(question);
      if (asking.size >= mostAtOnce) await Promise.race(asking);
      due = Math.max(due + everyMs, performance.now());
      await delay(Math.max(0, due - performance.now()));
    }
  })();
  return {
    async end() {
      stopping.abort();
      await loop;
      await Promise.all(asking);
      return { injected, failures };
    },
  };
}
