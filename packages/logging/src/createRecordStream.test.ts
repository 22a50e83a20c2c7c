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

test('text that was cut in the midst of a character is text all the same: strict readers refuse half of one', () => {
  const write = createRecordStream({ stream: new PassThrough() });
  expect(write({ message: 'cut 😀'.slice(0, 5), author: { name: '😀' } })).toBe(
    '{"message":"cut \ufffd","author":{"name":"😀"}}',
  );
});
