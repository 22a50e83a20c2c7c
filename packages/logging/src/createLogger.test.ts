import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { createLogger, type LogLevel } from './createLogger.ts';
import { createRedactor } from './redact.ts';

function capture(level: LogLevel = 'info', redactor = createRedactor()) {
  const stream = new PassThrough();
  const logger = createLogger({ app: 'agent', level, stream, redactor });
  return {
    logger,
    text: () => String(stream.read() ?? ''),
    lines: () =>
      String(stream.read() ?? '')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('createLogger', () => {
  test('writes one JSON line with time, level, message, app and fields', () => {
    const { logger, lines } = capture();
    logger.with({ gateway: 'site' }).info('sync done', { commit: 'abc', durationMs: 12 });
    expect(lines()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        level: 'info',
        msg: 'sync done',
        app: 'agent',
        gateway: 'site',
        commit: 'abc',
        durationMs: 12,
      },
    ]);
  });

  test('writes text that was cut in the midst of a character as text', () => {
    const { logger, text } = capture();
    logger.warn('failed', { reason: '😀'.slice(0, 1) });
    expect(text()).toContain('"reason":"\ufffd"');
  });

  test('writes no control character, also none above ASCII: a terminal may take it for a command', () => {
    const { logger, text } = capture();
    logger.warn('failed', { ref: '\u001b[2J\u009b2J\u007f' });
    expect(text()).toContain('"ref":"\\u001b[2J\\u009b2J\\u007f"');
  });

  test('leaves out lines below its level', () => {
    const { logger, text } = capture('warn');
    logger.info('not written');
    expect(text()).toBe('');
  });

  test('writes an error with its causes, and a stack only when nobody expected it', () => {
    const { logger, lines } = capture();
    const cause = new TypeError('not a function');
    logger.error('failed', { error: Object.assign(new Error('no route', { cause }), { reason: 'GitUnreachable' }) });
    const [line] = lines();
    expect(line?.['error']).toEqual({
      message: 'no route',
      reason: 'GitUnreachable',
      cause: { message: 'not a function', stack: expect.any(String) },
    });
  });

  test('never writes a protected value in any spelling, nor credentials inside a URL', () => {
    const redactor = createRedactor();
    const secret = 'hunter2/+secret"x';
    redactor.protect(secret);
    const { logger, text } = capture('info', redactor);
    logger.info('fetch', {
      repository: `https://bob:pw@host/x ${encodeURIComponent(secret)}`,
      reason: Buffer.from(secret).toString('base64'),
    });
    logger.info(secret, { error: new Error(`Authorization: Basic Zm9vOmJhcg== ${secret}`) });
    const written = text();
    for (const leak of [
      'hunter2',
      'bob:pw',
      'Zm9vOmJhcg',
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ]) {
      expect(written).not.toContain(leak);
    }
    expect(written).toContain('https://[redacted]@host/x');
  });

  test('masks a secret, and credentials inside a URL, also where they hold a control character that is escaped', () => {
    const redactor = createRedactor();
    const secret = 'hunter2\u0085secret\u007f!';
    redactor.protect(secret);
    const { logger, text } = capture('info', redactor);
    logger.info('fetch', { reason: `said ${secret}`, repository: 'https://bob:p\u009bw@host/x' });
    expect(text()).toContain('"reason":"said [redacted]","repository":"https://[redacted]@host/x"');
  });

  test('masks a password in a URL to its end, also where it holds an @', () => {
    expect(createRedactor().redact('no https://bob:p@ss@host/x, mail bob@example.com')).toBe(
      'no https://[redacted]@host/x, mail bob@example.com',
    );
  });

  test.each([
    ['as text', 'Authorization: Bearer Zm9vOmJhcg'],
    ['as JSON', '{"authorization":"Bearer Zm9vOmJhcg"}'],
    ['as JSON in JSON', JSON.stringify(JSON.stringify({ Authorization: 'Basic Zm9vOmJhcg' }))],
  ])('masks a header that nobody announced, %s', (_name, message) => {
    const { logger, text } = capture();
    logger.error('request failed', { error: new Error(message) });
    expect(text()).not.toContain('Zm9vOmJhcg');
  });

  test('masks every line of a protected key', () => {
    const redactor = createRedactor();
    const lines = ['b3BlbnNzaC1rZXktdjEAAAAABG5vbmU', 'AAAAMwAAAAtzc2gtZWQyNTUxOQAAACB'];
    redactor.protect(`-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`);
    const { logger, text } = capture('info', redactor);
    logger.error('failed', { error: new Error(`cannot parse ${lines[1]}`) });
    expect(text()).not.toContain(lines[1]);
  });
});

describe('createRedactor', () => {
  test('takes time in proportion to the text', () => {
    const redactor = createRedactor();
    const timeOf = (length: number): number => {
      const startedAt = performance.now();
      redactor.redact('a'.repeat(length));
      return performance.now() - startedAt;
    };
    timeOf(10_000);
    // Quadratic time would be a factor of 10,000.
    expect(timeOf(2_000_000)).toBeLessThan(1000 * Math.max(timeOf(20_000), 1));
  });
});
