import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { createRecordStream } from './createRecordStream.ts';
import { createRedactor } from './redact.ts';

test('a record is one line, as it is, without what is secret', () => {
  const stream = new PassThrough();
  const redactor = createRedactor();
  redactor.protect('hunter2-token');
  const write = createRecordStream({ stream, redactor });
  const line = write({ stream: 'audit', message: 'two\nlines of hunter2-token', repository: 'https://bob:pw@host/x' });
  const expected = {
    stream: 'audit',
    message: 'two\nlines of [redacted]',
    repository: 'https://[redacted]@host/x',
  };
  expect(JSON.parse(line)).toEqual(expected);
  expect(String(stream.read())).toBe(`${line}\n`);
});
