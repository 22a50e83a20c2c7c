import { expect, test } from '@jest/globals';
import { proxyOf } from './proxyOf.ts';

const proxy = 'http://proxy.example:3128';
const server = 'https://api.cluster.example:6443';
const of = (url: string, environment: Readonly<Record<string, string>>) => proxyOf(new URL(url), environment);

test.each([
  [server, { HTTPS_PROXY: proxy }],
  [server, { https_proxy: proxy }],
  [server, { HTTPS_PROXY: 'proxy.example:3128' }],
  [server, { HTTPS_PROXY: proxy, https_proxy: 'http://other.example' }],
  ['http://api.cluster.example:8080', { HTTP_PROXY: proxy }],
])('%s is reached through the proxy of %j', (url, environment) => {
  expect(of(url, environment)).toBe(proxy);
});

test.each([
  [server, {}],
  [server, { HTTPS_PROXY: '' }],
  [server, { HTTP_PROXY: proxy }],
  ['http://api.cluster.example:8080', { HTTPS_PROXY: proxy }],
  ['https://127.0.0.1:6443', { HTTPS_PROXY: proxy }],
  ['https://localhost:6443', { HTTPS_PROXY: proxy }],
  ['https://[::1]:6443', { HTTPS_PROXY: proxy }],
])('%s is reached directly with %j', (url, environment) => {
  expect(of(url, environment)).toBeUndefined();
});

test.each([
  [server, '*'],
  [server, 'api.cluster.example'],
  [server, 'CLUSTER.example'],
  [server, '.cluster.example'],
  [server, '*.cluster.example'],
  [server, 'api.cluster.example:6443'],
  [server, ' elsewhere.example , cluster.example'],
  ['https://10.1.2.3:6443', '10.1.2.3'],
  ['https://10.1.2.3', '10.1.2.3:443'],
  ['https://10.1.2.3:6443', '10.0.0.0/8'],
  ['https://[fd00::1]:6443', 'fd00::/8'],
  ['https://[fd00::1]:6443', 'fd00::1'],
  ['https://[fd00::1]:6443', '[fd00::1]:6443'],
])('%s is an exception by NO_PROXY=%s', (url, exceptions) => {
  expect(of(url, { HTTPS_PROXY: proxy, NO_PROXY: exceptions })).toBeUndefined();
});

test.each([
  [server, 'cluster.example:443'],
  [server, 'i.cluster.example'],
  [server, 'uster.example'],
  ['https://cluster.example', '.cluster.example'],
  [server, ', ,'],
  ['https://10.1.2.3:6443', '10.1.2.0/33'],
  ['https://10.1.2.3:6443', '10.1.2.0/'],
  ['https://10.1.2.3:6443', 'ten/8'],
  ['https://11.1.2.3:6443', '10.0.0.0/8'],
  ['https://[fd00::1]:6443', '10.0.0.0/8'],
  ['https://10.1.2.3:6443', '10.1.2.3:443'],
])('%s is none by NO_PROXY=%s', (url, exceptions) => {
  expect(of(url, { HTTPS_PROXY: proxy, no_proxy: exceptions })).toBe(proxy);
});
