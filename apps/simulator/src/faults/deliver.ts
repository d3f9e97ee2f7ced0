import type { ServerResponse } from 'node:http';
import type { Answer } from '../answers.ts';
import { bodyBuffer, headersOf } from '../send.ts';
import type { FaultOf } from './fault.ts';

/** Ends when the answer has gone out, or the connection has. */
export function closed(res: ServerResponse): Promise<void> {
  if (res.closed || res.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    res.once('close', resolve);
  });
}

/** Sends the beginning of an answer and ends the connection. */
export function sendPart(res: ServerResponse, answer: Answer, { at_byte, share, length }: FaultOf<'truncated'>): void {
  if (res.destroyed) return;
  const whole = bodyBuffer(answer.body);
  const part = whole.subarray(0, at_byte ?? Math.floor(whole.length * share));
  if (length === 'kept') {
    res.writeHead(answer.status, { ...headersOf(answer), 'content-length': String(whole.length) });
    if (part.length > 0) res.write(part);
    else res.flushHeaders();
    res.socket?.end();
    return;
  }
  // Neither a length nor chunks: the end of the connection is the end of the body (RFC 9112, 6.3).
  res.useChunkedEncodingByDefault = false;
  res.writeHead(answer.status, { ...headersOf(answer), connection: 'close' });
  res.end(part);
}

/** Sends the head at once and the body drop by drop, as long as the client is there. */
export async function sendSlowly(res: ServerResponse, answer: Answer, bytesPerSecond: number): Promise<void> {
  if (res.destroyed) return;
  const whole = bodyBuffer(answer.body);
  const step = Math.max(1, Math.floor(bytesPerSecond / 20));
  res.writeHead(answer.status, { ...headersOf(answer), 'content-length': String(whole.length) });
  res.flushHeaders();
  let at = 0;
  const timer = setInterval(
    () => {
      res.write(whole.subarray(at, at + step));
      at += step;
      if (at >= whole.length) {
        clearInterval(timer);
        res.end();
      }
    },
    (1000 * step) / bytesPerSecond,
  );
  await closed(res);
  clearInterval(timer);
}
