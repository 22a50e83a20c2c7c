import { Counter } from 'prom-client';

export const restClientRequests = new Counter({
  name: 'rest_client_requests_total',
  help: 'Number of HTTP requests, partitioned by status code and method.',
  labelNames: ['code', 'method'],
  registers: [],
});
