import { setTimeout as delay } from 'node:timers/promises';

/** How long the naive ways take for one request, in seconds. */
export interface Naive {
  readonly oneAtATime: number;
  readonly fiveAndPause: number;
}

const atOnce = 5;
const pauseMs = 1000;
/** So many requests tell how long one takes. */
const measured = { one: 40, batches: 6 } as const;

/**
 * What is in use without us: one request at a time, or five at once and then a pause. A 429 is waited out and the request
 * sent again.
 */
export async function measureNaive(apiUrl: string, token: string): Promise<Naive> {
  const url = `${apiUrl}/networks?access_token=${encodeURIComponent(token)}`;
  async function ask(): Promise<void> {
    for (;;) {
      const answer = await fetch(url);
      await answer.arrayBuffer();
      if (answer.status !== 429) return;
      await delay(pauseMs);
    }
  }
  const oneAtATime = await timed(async () => {
    for (let at = 0; at < measured.one; at += 1) await ask();
  });
  // What the other way has used of the rate does not burden this one.
  await delay(pauseMs);
  const batches = await timed(async () => {
    for (let at = 0; at < measured.batches; at += 1) {
      await Promise.all(Array.from({ length: atOnce }, ask));
      await delay(pauseMs);
    }
  });
  return { oneAtATime: oneAtATime / measured.one, fiveAndPause: batches / (measured.batches * atOnce) };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
