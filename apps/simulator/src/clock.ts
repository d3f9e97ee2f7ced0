/** Milliseconds since 1970 that never step back: the wall clock at the start of the process plus monotonic time. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
