import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';

function loggerInto(lines: string[], secrets: string[] = []) {
  return createLogger({
    name: 'test',
    level: 'debug',
    secrets,
    destination: { write: (line) => void lines.push(line) },
  });
}

describe('createLogger', () => {
  it('writes one JSON object a line, with name, level, time and message', () => {
    const lines: string[] = [];

    loggerInto(lines).info({ run: 'r1' }, 'worker ready');

    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ name: 'test', level: 'info', run: 'r1', msg: 'worker ready' });
  });

  it('takes a registered secret out of messages, nested values, keys, errors and children', () => {
    const lines: string[] = [];
    const secret = 'qu"ote\\d-and-long/';
    const log = loggerInto(lines, [secret]);

    log.info({ a: { b: [{ c: `x${secret}y` }] }, [secret]: 1 }, `message ${secret}`);
    log.child({ bound: secret }).error({ err: new Error(secret, { cause: new Error(secret) }) });
    log.info({ url: `/x?t=${encodeURIComponent(secret)}` });

    const text = lines.join('');
    expect(text).not.toContain('ote\\\\d-and-long');
    expect(text).not.toContain(encodeURIComponent(secret));
    expect(text.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(6);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('takes the value of access_token out of any string, registered or not', () => {
    const lines: string[] = [];

    loggerInto(lines).warn(
      { url: 'https://h/api/1/zones?access_token=abc-1.2&network_id=7', params: { access_token: 'abc-1.2' } },
      'asked access_token%3Dabc-1.2 twice',
    );

    expect(lines[0]).not.toContain('abc-1.2');
    expect(lines[0]).toContain('network_id=7');
    expect(JSON.parse(lines[0] ?? '').params).toEqual({ access_token: '[redacted]' });
  });

  it('keeps of an error its type, message, stack, code, category and causes, and no other property', () => {
    const lines: string[] = [];
    const error = Object.assign(new TypeError('outer', { cause: new Error('inner') }), {
      code: 'E1',
      category: 'network',
      config: { params: { key: 'hidden-value' } },
    });

    loggerInto(lines).error({ err: error }, 'failed');

    expect(lines[0]).not.toContain('hidden-value');
    expect(JSON.parse(lines[0] ?? '').err).toMatchObject({
      type: 'TypeError',
      message: 'outer',
      code: 'E1',
      category: 'network',
      stack: expect.stringContaining('logger.test'),
      cause: { type: 'Error', message: 'inner' },
    });
  });
});
