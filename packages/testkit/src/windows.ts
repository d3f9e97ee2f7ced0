/** What windows of one second hold, each ending with a request. Shares of all of them. */
export interface Windows {
  readonly most: number;
  /** Share of windows that hold one more than the rate, and how many hold yet more. */
  readonly oneOver: number;
  readonly moreOver: number;
}

const windowMs = 1000;

/**
 * Counts the requests in every window of one second. Pure.
 *
 * @param times when requests arrived, in ms, in order
 * @param limit requests that a window may hold
 */
export function countWindows(times: readonly number[], limit: number): Windows {
  let [first, most, one, more] = [0, 0, 0, 0];
  times.forEach((at, last) => {
    while ((times[first] ?? at) <= at - windowMs) first += 1;
    const held = last - first + 1;
    most = Math.max(most, held);
    one += held === limit + 1 ? 1 : 0;
    more += held > limit + 1 ? 1 : 0;
  });
  return { most, oneOver: times.length === 0 ? 0 : one / times.length, moreOver: more };
}
