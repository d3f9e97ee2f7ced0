import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { App } from './apps.ts';

const vitals = z.looseObject({
  /** Bytes resident now, and the most since the start. */
  rss: z.number(),
  peakRss: z.number(),
  heapUsed: z.number(),
  /** Longest time for which the event loop was held up by the process's own work since the last look. */
  longestBlockMs: z.number(),
  /** CPU time since the start, of all threads. */
  cpuMs: z.number(),
});
/** What a process needs of its machine. */
export type Vitals = z.output<typeof vitals>;

/** Settings with which an app tells its {@link vitalsOf}. */
export const withVitals: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'vitals-preload.ts')).href}`,
};

/** Asks an app that was started {@link withVitals}. One question at a time. */
export async function vitalsOf(app: App): Promise<Vitals> {
  const told = app.lines.filter((line) => line.startsWith('vitals ')).length;
  app.signal('SIGUSR2');
  const [, answer = ''] = await app.waitForLine(new RegExp(`^vitals ${told + 1} (.*)$`));
  return vitals.parse(JSON.parse(answer));
}
