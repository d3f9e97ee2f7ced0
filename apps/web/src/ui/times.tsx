const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** Midnights between two times, in the reader's zone. */
function daysBetween(from: number, to: number): number {
  const [start, end] = [new Date(from).setHours(0, 0, 0, 0), new Date(to).setHours(0, 0, 0, 0)];
  return Math.round((end - start) / 86_400_000);
}

/** How long ago a time is, or how far ahead: `5 minutes ago`. */
function describeAge(time: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(time) - now) / 1000);
  const found = units.find(([, size]) => Math.abs(seconds) >= size);
  if (found === undefined) return Math.abs(seconds) < 10 ? 'just now' : relative.format(seconds, 'second');
  const [unit, size] = found;
  // By the calendar: what is 40 hours ahead may be tomorrow, or the day after.
  if (unit === 'day') return relative.format(daysBetween(now, Date.parse(time)), unit);
  return relative.format(Math.trunc(seconds / size), unit);
}

/** A time in words, and exactly, in the reader's zone, under the pointer. */
export function Time({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' })}>
      {describeAge(at)}
    </time>
  );
}

/** A span of time: `1 min 20 s`. */
export function describeSeconds(seconds: number): string {
  if (seconds > 0 && seconds < 2) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}
