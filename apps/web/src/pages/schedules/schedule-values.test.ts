import type { ScheduleView } from '@broadstreet-sync/contract';
import { kindNames } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { newValues, previewOf, toWish, valuesOf } from './schedule-values.ts';
import { describeCron, describeTick, describeTiming, describeWhat } from './schedule-words.ts';

const schedule: ScheduleView = {
  id: 'a'.repeat(24),
  name: 'Nightly',
  operation: 'import',
  kinds: [...kindNames],
  mode: 'full',
  filters: {},
  every_seconds: null,
  cron: '30 2 * * 1-5',
  timezone: 'America/New_York',
  conflicts: 'manual',
  max_age_hours: null,
  jitter_seconds: 30,
  overlap: 'queue',
  missed: 'catch_up',
  enabled: true,
  ends_at: '2030-01-01T00:00:00.000Z',
  next: [],
  last_run: null,
  last_tick: null,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};

describe('the form of a schedule', () => {
  it.each<[string, Partial<ScheduleView>]>([
    ['of everything', {}],
    ['by interval', { cron: null, every_seconds: 5400, timezone: 'UTC' }],
    ['of what is due', { mode: 'due', max_age_hours: 2.5 }],
    ['with filters', { mode: 'incremental', kinds: ['zones'], filters: { network_id: 7, ids: ['1', '2'], name: 'x' } }],
    ['without an end', { ends_at: null }],
  ])('sends one %s as it was', (_, changes) => {
    const given = { ...schedule, ...changes };

    const wish = toWish(valuesOf(given, 'Europe/Berlin'));

    const sent = { cron: null, every_seconds: null, filters: {}, max_age_hours: null, timezone: 'UTC', ...wish };
    expect(given).toMatchObject(sent);
  });

  it('sends of an export no mode, and its filters', () => {
    const given: ScheduleView = { ...schedule, operation: 'export', filters: { network_id: 7 } };

    expect(toWish(valuesOf(given, 'UTC'))).toMatchObject({ operation: 'export', filters: { network_id: 7 } });
    expect(toWish(valuesOf(given, 'UTC'))).not.toHaveProperty('mode');
  });

  it('begins with the network that was chosen', () => {
    const wish = toWish({ ...newValues({ kind: 'networks', id: 7 }, 'UTC'), name: 'x' });

    expect(wish).toMatchObject({ mode: 'incremental', filters: { network_id: 7 }, cron: '0 3 * * *' });
  });

  it('shows when it would run, and nothing where it cannot', () => {
    const now = new Date('2026-11-01T10:00:00Z');
    const values = newValues(null, 'UTC');

    expect(previewOf(values, now, 1)).toEqual([new Date('2026-11-02T03:00:00Z')]);
    expect(previewOf({ ...values, isCron: false }, now, 1)).toEqual([new Date('2026-11-01T16:00:00Z')]);
    expect(previewOf({ ...values, cron: '0 25 * * *' }, now, 1)).toEqual([]);
    expect(previewOf({ ...values, timezone: 'Nowhere' }, now, 1)).toEqual([]);
    expect(previewOf({ ...values, isCron: false, every: 'x' }, now, 1)).toEqual([]);
  });
});

describe('a schedule in words', () => {
  it('says when it runs', () => {
    expect(describeTiming(schedule)).toBe('At 02:30, Monday through Friday');
    expect(describeTiming({ cron: null, every_seconds: 5400 })).toBe('Every 90 minutes');
    expect(describeTiming({ cron: null, every_seconds: 86_400 })).toBe('Every day');
    expect(describeCron('0 3,15 * * *')).toBe('At 03:00 and 15:00, every day');
    expect(describeCron('0 * * * *')).toBe('Every hour');
    expect(describeCron('0 25 * * *')).toBeNull();
  });

  it('says what it runs', () => {
    expect(describeWhat(schedule)).toBe('Import of everything');
    expect(describeWhat({ ...schedule, kinds: ['zones'], mode: 'due' })).toBe('Import of zones, what is due');
  });

  it('says why a tick had no run', () => {
    const tick = { at: '', state: 'skipped', reason: 'it went on', missed: 2, missed_from: '', run_id: null } as const;

    expect(describeTick({ ...tick, decided_at: '' })).toBe('left out: it went on; 2 before it were missed');
    expect(describeTick({ ...tick, state: 'started', reason: null, missed: 0, decided_at: '' })).toBeNull();
  });
});
