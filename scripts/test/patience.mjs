// For tests that start processes, servers and clusters: five seconds are not enough on a busy machine.
import { jest } from '@jest/globals';

jest.setTimeout(60_000);
