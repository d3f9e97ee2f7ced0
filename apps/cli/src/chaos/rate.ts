import type { Stage } from './stage.ts';

/** Of all windows of a second so few may hold one request more than the rate; none may hold two more. */
const mostOver = 0.005;

/** What the account's log says against the rate: for each request the second that begins with it is a window. */
export async function overRate({ account }: Stage, rate: number): Promise<string[]> {
  const times = (await account.requests()).map(({ at }) => at).sort((a, b) => a - b);
  let end = 0;
  const counts = times.map((time, begin) => {
    while (end < times.length && (times[end] ?? 0) < time + 1000) end += 1;
    return end - begin;
  });
  const over = counts.filter((count) => count > rate).length;
  const most = Math.max(0, ...counts);
  if (most <= rate) return [];
  const isBorne = most === rate + 1 && over / counts.length < mostOver;
  return isBorne ? [] : [`${most} requests in a second, where ${rate} are allowed; so in ${over} of ${counts.length}`];
}
