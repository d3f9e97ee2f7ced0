import type { App } from '@broadstreet-sync/testkit';

/** How often processes died at named points, by what they wrote last. */
export interface Deaths {
  /** Counts the death of a process that has ended. */
  note(app: Pick<App, 'lines'>): void;
  /** By point. */
  readonly counts: ReadonlyMap<string, number>;
}

/** What a process of a test build writes where it kills itself (packages/test-build). */
const lastWords = /^SIGKILL at (\w+)$/;

export function createDeaths(): Deaths {
  const counts = new Map<string, number>();
  return {
    counts,
    note({ lines }) {
      for (const line of lines) {
        const [, point] = lastWords.exec(line) ?? [];
        if (point !== undefined) counts.set(point, (counts.get(point) ?? 0) + 1);
      }
    },
  };
}

/** What is wrong where processes were to die at these points. Pure. */
export function unreached(points: readonly string[], { counts }: Pick<Deaths, 'counts'>): string[] {
  return points.filter((point) => !counts.has(point)).map((point) => `no process has died at ${point}`);
}
