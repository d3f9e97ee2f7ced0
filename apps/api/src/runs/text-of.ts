/** The text of a time, or null. */
export function textOf(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}
