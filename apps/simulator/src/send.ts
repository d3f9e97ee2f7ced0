import type { ServerResponse } from 'node:http';
import type { Answer, AnswerBody } from './answers.ts';

/** Text of a body gathered before it is written: one write for small bodies, bounded memory for huge ones. */
const CHUNK_CHARACTERS = 64 * 1024;

/** The body as text, in pieces. */
function* bodyChunks(body: AnswerBody): Generator<string> {
  if (body.type === 'none') return;
  if (body.type === 'text') yield body.text;
  else if (body.type === 'json') yield JSON.stringify(body.value);
  else {
    let text = '';
    for (const part of listParts(body)) {
      text += part;
      if (text.length < CHUNK_CHARACTERS) continue;
      yield text;
      text = '';
    }
    yield text;
  }
}

function* listParts(body: Extract<AnswerBody, { type: 'rows' | 'lists' }>): Generator<string> {
  if (body.type === 'rows' && body.envelope === null) return yield* arrayParts(body.rows);
  const lists = body.type === 'lists' ? body.lists : [[body.envelope, body.rows] as const];
  let before = '{';
  for (const [name, rows] of lists) {
    yield `${before}${JSON.stringify(name)}:`;
    yield* arrayParts(rows);
    before = ',';
  }
  yield '}';
}

function* arrayParts(rows: Iterable<unknown>): Generator<string> {
  let before = '[';
  for (const row of rows) {
    yield before + JSON.stringify(row);
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

/** The whole body, for faults that need its length. */
export function bodyBuffer(body: AnswerBody): Buffer {
  return Buffer.from([...bodyChunks(body)].join(''));
}

export function headersOf({ headers, body }: Answer): Record<string, string> {
  if (body.type === 'none') return headers;
  const contentType = body.type === 'text' ? body.contentType : 'application/json; charset=utf-8';
  return { 'content-type': contentType, ...headers };
}

/** Sends an answer at the pace of the client; ends when all is handed over or the client has gone. */
export async function send(res: ServerResponse, answer: Answer): Promise<void> {
  if (res.destroyed) return;
  const chunks = bodyChunks(answer.body);
  const head = chunks.next();
  const second = head.done ? head : chunks.next();
  const first = head.done ? '' : head.value;
  if (second.done) {
    const payload = Buffer.from(first);
    // 204 has no body and no length (RFC 9110, 8.6).
    const length = answer.status === 204 ? {} : { 'content-length': String(payload.length) };
    res.writeHead(answer.status, { ...headersOf(answer), ...length });
    res.end(payload);
    return;
  }
  res.writeHead(answer.status, headersOf(answer));
  await writeAtPace(res, first);
  await writeAtPace(res, second.value);
  for (const chunk of chunks) {
    if (res.destroyed) return;
    await writeAtPace(res, chunk);
  }
  res.end();
}

/** Writes, and where the client is slower than we are waits until it has taken what was written, or has gone. */
function writeAtPace(res: ServerResponse, chunk: string): Promise<void> | undefined {
  if (res.destroyed || res.write(chunk)) return;
  return new Promise((resolve) => {
    function done(): void {
      res.off('drain', done);
      res.off('close', done);
      resolve();
    }
    res.once('drain', done);
    res.once('close', done);
  });
}
