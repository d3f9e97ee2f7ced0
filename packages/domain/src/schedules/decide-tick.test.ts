import { describe, expect, it } from 'vitest';
import { decideTick, missedAfterMs, type OpenRun } from './decide-tick.ts';

const dueAt = new Date('2026-11-01T03:00:00Z');
const inTime = new Date(dueAt.getTime() + missedAfterMs);
const late = new Date(dueAt.getTime() + missedAfterMs + 1);
const running: OpenRun = { id: 'a', hasBegun: true };
const waiting: OpenRun = { id: 'b', hasBegun: false };

describe('a tick that nobody was there for', () => {
  it('is run when it is noticed soon after', () => {
    expect(decideTick({ dueAt }, { missed: 'skip', overlap: 'skip' }, [], inTime).state).toBe('starting');
  });

  it('is left out by the policy skip', () => {
    expect(decideTick({ dueAt }, { missed: 'skip', overlap: 'queue' }, [running], late)).toEqual({
      state: 'missed',
      reason: 'no worker was there for it in time',
      cancels: [],
    });
  });

  it('is run all the same by the policy catch_up', () => {
    expect(decideTick({ dueAt }, { missed: 'catch_up', overlap: 'skip' }, [], late).state).toBe('starting');
  });
});

describe('a tick whose schedule still runs', () => {
  it('has no run by the policy skip, and says of which run', () => {
    const { state, reason } = decideTick({ dueAt }, { missed: 'skip', overlap: 'skip' }, [running], inTime);

    expect([state, reason]).toEqual(['skipped', 'the run a of this schedule still went on']);
  });

  it('runs behind it by the policy queue, but only one does', () => {
    const policies = { missed: 'skip', overlap: 'queue' } as const;

    expect(decideTick({ dueAt }, policies, [running], inTime).state).toBe('starting');
    expect(decideTick({ dueAt }, policies, [waiting, running], inTime)).toEqual({
      state: 'skipped',
      reason: 'the run b of this schedule still waited to begin',
      cancels: [],
    });
  });

  it('takes the place of all that go on by the policy cancel', () => {
    expect(decideTick({ dueAt }, { missed: 'skip', overlap: 'cancel' }, [waiting, running], inTime)).toEqual({
      state: 'starting',
      reason: null,
      cancels: ['b', 'a'],
    });
  });
});
