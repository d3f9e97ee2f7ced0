/** Header values by lower-case name. */
export type Headers = Readonly<Record<string, string | undefined>>;

/**
 * How long a `Retry-After` asks us to wait, in ms: seconds, or a date, which is read against the `Date` of the same
 * answer, since the clocks of two machines differ. Undefined where there is none, or none that can be read.
 *
 * @param nowMs epoch ms, for answers without `Date`
 */
export function readRetryAfter(headers: Headers, nowMs: number): number | undefined {
  const value = headers['retry-after']?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  // A date has the name of a month; what has not would be read as some year.
  const at = /[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) return undefined;
  const sentAt = Date.parse(headers.date ?? '');
  return Math.max(0, at - (Number.isNaN(sentAt) ? nowMs : sentAt));
}
