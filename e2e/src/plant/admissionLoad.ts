import { setTimeout as delay } from 'node:timers/promises';
import { loadKubeConfig, openClient } from '@stoker/kube';

export interface AdmissionLoad {
  /** Ends the load, if it goes on still: how many pods were admitted with the agent, and what became of each other one. */
  end(): Promise<{ readonly injected: number; readonly failures: readonly string[] }>;
}

/** Asks the API server again and again, without creating anything, what it would make of `pod`; `everyMs` from one question to the next. */
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
  const asking: Promise<void>[] = [];
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      asking.push(ask());
      await delay(everyMs);
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
