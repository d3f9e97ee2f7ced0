import { CronExpressionParser } from 'cron-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetAt } from './clocks.ts';
import { mostMissed, type Ticking, type Timing } from './schedule.ts';
import { dueTick, dueTime, nextTicks } from './ticks.ts';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const newYork = 'America/New_York';
const berlin = 'Europe/Berlin';

function ticking(timing: Timing, changes: Partial<Ticking> = {}): Ticking {
  return { id: 'nightly', timing, jitterSeconds: 0, endsAt: null, ...changes };
}

function cron(pattern: string, timezone = 'UTC'): Timing {
  return { cron: pattern, timezone };
}

/** Ticks after a moment, as ISO text without what is always zero. */
function following(timing: Timing, after: string, most: number): string[] {
  return nextTicks(ticking(timing), new Date(after), most).map((tick) => tick.toISOString().replace(':00.000Z', 'Z'));
}

/** All ticks up to a moment, as a clock that is carried forward in small steps meets them. */
function simulate(schedule: Ticking, from: string, until: string, stepMs: number): string[] {
  const met: string[] = [];
  let decidedTo = new Date(from);
  for (let now = Date.parse(from); now <= Date.parse(until); now += stepMs) {
    const due = dueTick(schedule, decidedTo, new Date(now));
    if (due === null) continue;
    met.push(due.at.toISOString().replace(':00.000Z', 'Z'));
    decidedTo = due.at;
  }
  return met;
}

describe('when clocks are put forward', () => {
  it('runs what would be at a time that is left out as much later, once', () => {
    const nightly = cron('30 2 * * *', newYork);
    expect(following(nightly, '2026-03-07T12:00:00Z', 2)).toEqual(['2026-03-08T07:30Z', '2026-03-09T06:30Z']);

    const inBerlin = cron('30 2 * * *', berlin);
    expect(following(inBerlin, '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T01:30Z', '2026-03-30T00:30Z']);
  });

  it('runs once what two of its times come to', () => {
    const twice = cron('0 2,3 * * *', berlin);

    expect(following(twice, '2026-03-28T12:00:00Z', 3)).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-30T00:00Z',
      '2026-03-30T01:00Z',
    ]);
  });

  it('keeps a day whose midnight is left out', () => {
    expect(following(cron('0 0 * * *', 'Africa/Cairo'), '2026-04-23T00:00:00Z', 3)).toEqual([
      '2026-04-23T22:00Z',
      '2026-04-24T21:00Z',
      '2026-04-25T21:00Z',
    ]);
  });
});

describe('when clocks are put back', () => {
  it('runs what is at a time that comes twice the first time only', () => {
    const nightly = cron('30 1 * * *', newYork);
    expect(following(nightly, '2026-10-31T12:00:00Z', 2)).toEqual(['2026-11-01T05:30Z', '2026-11-02T06:30Z']);

    const inBerlin = cron('30 2 * * *', berlin);
    expect(following(inBerlin, '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30Z', '2026-10-26T01:30Z']);
  });

  it('does not run it again for one who begins to count in the second of the two hours', () => {
    expect(following(cron('30 1 * * *', newYork), '2026-11-01T06:10:00Z', 1)).toEqual(['2026-11-02T06:30Z']);
  });

  it('runs what is of every hour in both of them', () => {
    expect(following(cron('0 * * * *', newYork), '2026-11-01T04:30:00Z', 3)).toEqual([
      '2026-11-01T05:00Z',
      '2026-11-01T06:00Z',
      '2026-11-01T07:00Z',
    ]);
  });
});

describe.each([
  { zone: newYork, forward: '2026-03-08', back: '2026-11-01' },
  { zone: berlin, forward: '2026-03-29', back: '2026-10-25' },
])('over a simulated clock in $zone', ({ zone, forward, back }) => {
  it.each([forward, back])('a daily schedule runs once on each day around %s', (changed) => {
    // Far from the times below, by the clocks of both places.
    const start = Date.parse(`${changed}T18:00:00Z`) - 2 * day;
    const [from, until] = [new Date(start).toISOString(), new Date(start + 5 * day).toISOString()];

    for (const time of ['30 1 * * *', '30 2 * * *', '0 3 * * *', '0 12 * * *']) {
      const met = simulate(ticking(cron(time, zone)), from, until, 10 * minute);

      const days = met.map((tick) => new Date(Date.parse(tick) + offsetAt(zone, Date.parse(tick))).getUTCDate());
      expect(new Set(days).size, `${time}: ${met.join(' ')}`).toBe(met.length);
      expect(met.length).toBe(5);
    }
  });

  it.each([forward, back])('an hourly schedule runs each hour that passes around %s', (changed) => {
    const start = Date.parse(`${changed}T00:00:00Z`);
    const met = simulate(
      ticking(cron('0 * * * *', zone)),
      new Date(start).toISOString(),
      new Date(start + day).toISOString(),
      10 * minute,
    );

    expect(met).toEqual(
      Array.from({ length: 24 }, (_, at) => new Date(start + (at + 1) * hour).toISOString().replace(':00.000Z', 'Z')),
    );
  });
});

/** Every tick of a day, from what the clocks show at each of its minutes. */
function byLooking(pattern: string, zone: string, from: number, until: number): number[] {
  const expression = CronExpressionParser.parse(pattern, { tz: 'UTC' });
  const isOfEveryHour = expression.fields.hour.values.length === 24;
  const shown = new Set<number>();
  const found = new Set<number>();
  // From earlier on, to know what the clocks have shown before.
  for (let at = from - day; at <= until; at += minute) {
    const [wall, before] = [at + offsetAt(zone, at), at - minute + offsetAt(zone, at - minute)];
    const isAgain = shown.has(wall);
    shown.add(wall);
    if (expression.includesDate(new Date(wall)) && (!isAgain || isOfEveryHour)) found.add(at);
    for (let gap = before + minute; gap < wall; gap += minute) {
      if (expression.includesDate(new Date(gap))) found.add(at + gap - before - minute);
    }
  }
  return [...found].filter((at) => at > from && at <= until).sort((a, b) => a - b);
}

const zones = [newYork, berlin, 'Australia/Lord_Howe', 'Africa/Cairo', 'UTC', 'Asia/Kolkata'];
const changes = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-04-24', '2026-10-04', '2026-10-25', '2026-11-01'];
const field = (max: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min: 0, max }).map(String),
    fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: 2, maxLength: 3 }).map((values) => values.join(',')),
    fc.integer({ min: 2, max: 12 }).map((step) => `*/${step}`),
  );
const patterns = fc.tuple(field(59), field(5)).map(([minutes, hours]) => `${minutes} ${hours} * * *`);

it('finds the ticks that one finds who looks at the clocks each minute', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom(...changes),
      patterns,
      fc.integer({ min: -30 * 60, max: 20 * 60 }),
      (zone, changed, pattern, minutes) => {
        const from = Date.parse(`${changed}T00:00:00Z`) + minutes * minute;
        const expected = byLooking(pattern, zone, from, from + 6 * hour);

        const endsAt = new Date(from + 6 * hour);
        const found = nextTicks(ticking(cron(pattern, zone), { endsAt }), new Date(from), 1000);

        expect(found.map((tick) => tick.toISOString())).toEqual(expected.map((at) => new Date(at).toISOString()));
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

describe('an interval', () => {
  const anchor = new Date('2026-11-01T10:00:07Z');

  it('comes first when it has passed once, then again and again', () => {
    const ticks = nextTicks(ticking({ everySeconds: 90, anchor }), new Date('2026-11-01T09:00:00Z'), 2);

    expect(ticks).toEqual([new Date('2026-11-01T10:01:37Z'), new Date('2026-11-01T10:03:07Z')]);
  });

  it('goes by the time that passes, whatever the clocks show', () => {
    const daily = ticking({ everySeconds: 86_400, anchor: new Date('2026-10-31T05:30:00Z') });

    expect(nextTicks(daily, new Date('2026-11-01T05:30:00Z'), 1)).toEqual([new Date('2026-11-02T05:30:00Z')]);
  });
});

describe('what is due', () => {
  const every = ticking({ everySeconds: 60, anchor: new Date(0) });

  it('is nothing before the next tick, and the tick from its very moment on', () => {
    expect(dueTick(every, new Date(60_000), new Date(119_999))).toBeNull();
    expect(dueTick(every, new Date(60_000), new Date(120_000))?.at).toEqual(new Date(120_000));
  });

  it('is the last of several ticks; the others were missed', () => {
    expect(dueTick(every, new Date(0), new Date(250_000))).toEqual({
      at: new Date(240_000),
      dueAt: new Date(240_000),
      missed: 3,
      missedFrom: new Date(60_000),
    });
  });

  it('does not count more missed ticks than anyone wants to know', () => {
    const secondly = ticking(cron('* * * * * *', newYork));
    const now = new Date('2026-11-20T10:00:00.400Z');

    const due = dueTick(secondly, new Date('2025-11-20T10:00:00Z'), now);

    expect(due?.at).toEqual(new Date('2026-11-20T10:00:00Z'));
    expect(due?.missed).toBe(mostMissed);
  });

  it('is never after the end', () => {
    const endsAt = new Date('2026-11-20T03:00:00Z');
    const nightly = ticking(cron('0 3 * * *'), { endsAt });
    const after = new Date('2026-11-20T02:59:59Z');

    expect(nextTicks(nightly, after, 5)).toEqual([endsAt]);
    expect(dueTick(nightly, after, new Date('2026-12-20T02:59:59Z'))?.at).toEqual(endsAt);
    expect(dueTick(nightly, endsAt, new Date('2026-12-20T02:59:59Z'))).toBeNull();
  });

  it('waits for the jitter of a tick, and not for that of one before it', () => {
    const anchor = new Date(0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(59), fc.nat(59_999), (count, jitterSeconds, msLater) => {
        const schedule = ticking({ everySeconds: 60, anchor }, { jitterSeconds });
        const now = new Date(count * 60_000 + msLater);
        const isOver = dueTime(schedule, new Date(count * 60_000)) <= now;

        const due = dueTick(schedule, new Date(-1), now);

        const expected = (isOver ? count : count - 1) * 60_000;
        expect(due?.at.getTime() ?? 0).toBe(expected);
        if (due !== null) {
          expect(due.dueAt.getTime()).toBeGreaterThanOrEqual(expected);
          expect(due.dueAt.getTime()).toBeLessThanOrEqual(expected + jitterSeconds * 1000);
        }
      }),
    );
  });

  it('meets each tick once, however irregularly anyone looks', () => {
    const start = Date.parse('2026-03-07T00:00:00Z');
    const steps = fc.array(fc.integer({ min: 1, max: 4 * hour }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(patterns, fc.constantFrom(newYork, berlin), steps, (pattern, zone, waits) => {
        const schedule = ticking(cron(pattern, zone));
        let [decidedTo, now, met] = [new Date(start), start, 0];

        for (const wait of waits) {
          now += wait;
          const due = dueTick(schedule, decidedTo, new Date(now));
          if (due === null) continue;
          expect(due.at.getTime()).toBeGreaterThan(decidedTo.getTime());
          met += 1 + due.missed;
          decidedTo = due.at;
          if (due.missed === mostMissed) return;
        }

        const endsAt = new Date(now);
        expect(met).toBe(nextTicks({ ...schedule, endsAt }, new Date(start), 100_000).length);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
