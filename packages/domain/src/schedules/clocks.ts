const mostFormats = 500;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    era: 'short',
  });
  // Names count in any case: there are more of them than of zones.
  if (formats.size >= mostFormats) formats.clear();
  formats.set(timezone, format);
  return format;
}

/** Says whether a name such as `Europe/Berlin` is one of a time zone that is known here. */
export function isTimezone(name: string): boolean {
  try {
    return formatOf(name) !== null;
  } catch {
    return false;
  }
}

/**
 * How far the clocks of a place are ahead of UTC at a moment, in milliseconds.
 *
 * @throws RangeError when the time zone is not known
 */
export function offsetAt(timezone: string, at: number): number {
  const seconds = Math.floor(at / 1000) * 1000;
  const parts = formatOf(timezone).formatToParts(seconds);
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const [year, month, day] = [read('year'), read('month') - 1, read('day')];
  return Date.UTC(year, month, day, read('hour'), read('minute'), read('second')) - seconds;
}

/** The first moment by which the clocks of a place have been changed, of two between which they were. */
export function changeBetween(timezone: string, before: number, after: number): number {
  const old = offsetAt(timezone, before);
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(timezone, middle) === old) low = middle;
    else high = middle;
  }
  return high;
}
