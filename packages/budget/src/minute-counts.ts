import { type MinuteCounts, type RateClass, rateClasses } from './types.ts';

/** Reads the hash of counts: `series`, and `minute|class|name` for each number. Pure. */
export function parseCounts(flat: readonly string[]): MinuteCounts[] {
  const fields = new Map<string, string>();
  for (let at = 0; at + 1 < flat.length; at += 2) fields.set(flat[at] ?? '', flat[at + 1] ?? '');
  const series = fields.get('series') ?? '';
  const minutes = new Map<string, { minute: number; rateClass: RateClass }>();
  for (const key of fields.keys()) {
    const [minute, name] = key.split('|');
    const rateClass = rateClasses.find((known) => known === name);
    if (rateClass !== undefined) minutes.set(`${minute}|${name}`, { minute: Number(minute), rateClass });
  }
  return [...minutes].map(([key, { minute, rateClass }]) => {
    const number = (name: string) => Number(fields.get(`${key}|${name}`) ?? 0);
    return {
      series,
      minute,
      rateClass,
      used: number('used'),
      rateLimited: number('limited'),
      failed: number('failed'),
      retries: number('retries'),
      waitedMs: number('waited'),
      waiting: number('waiting'),
      rate: fields.has(`${key}|rate`) ? number('rate') : null,
    };
  });
}
