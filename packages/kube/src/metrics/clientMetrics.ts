import { Counter } from 'prom-client';
import { clientRequests } from './clientRequests.ts';

/** Under the name that client-go uses. */
export const restClientRequests = new Counter({
  name: 'rest_client_requests_total',
  help: 'Number of HTTP requests, partitioned by status code and method.',
  labelNames: ['code', 'method'],
  registers: [],
  collect() {
    this.reset();
    for (const [key, count] of clientRequests) {
      const [method = '', code = ''] = key.split(' ');
      this.inc({ method, code }, count);
    }
  },
});
