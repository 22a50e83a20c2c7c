import { parentPort } from 'node:worker_threads';
import { serveSyncs } from './worker/serveSyncs.ts';

if (parentPort === null) throw new Error('syncWorker runs as a worker thread only');
serveSyncs(parentPort);
