import { z } from 'zod';
import type { ApiParts } from '../parts.ts';

/** Whose data this is: a simulator's, or a live account's. */
export type RemoteMode = 'demo' | 'live';

const askEveryMs = 5000;
const answerWithinMs = 1000;
const introduction = z.object({ simulator: z.literal(true) });

/** How a simulator introduces itself; null where nothing answers. */
async function ask(baseUrl: string): Promise<RemoteMode | null> {
  try {
    const { origin } = new URL(baseUrl);
    const signal = AbortSignal.timeout(answerWithinMs);
    const answer = await fetch(`${origin}/control`, { signal, redirect: 'error' });
    const body: unknown = answer.ok ? await answer.json().catch(() => null) : null;
    return introduction.safeParse(body).success ? 'demo' : 'live';
  } catch {
    return null;
  }
}

export interface RemoteModeWatch {
  now(): RemoteMode;
  close(): void;
}

/**
 * Finds out whether the API at an address is a simulator, by asking it: a live account behind a proxy on this machine
 * must not be taken for a demo. Until it answers it counts as live. One behind TLS is, and is not asked.
 */
export async function watchRemoteMode(baseUrl: string, log: Pick<ApiParts['log'], 'info'>): Promise<RemoteModeWatch> {
  const isAsked = baseUrl.startsWith('http:');
  let mode = isAsked ? await ask(baseUrl) : ('live' as const);
  let timer: NodeJS.Timeout | null = null;

  function askLater(): void {
    timer = setTimeout(async () => {
      mode = await ask(baseUrl);
      if (mode === null) askLater();
      else log.info({ mode }, 'the API answers');
    }, askEveryMs).unref();
  }
  if (mode === null) askLater();

  return {
    now: () => mode ?? 'live',
    close() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
