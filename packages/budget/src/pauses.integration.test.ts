import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { answer, open, slotOf, waitedFor, warmAccount } from './testing/accounts.ts';

describe('429', () => {
  test('pauses all processes for as long as it says, and voids the slots they hold', async () => {
    const account = await warmAccount();
    const [one, other] = [open(account), open(account)];
    for (let i = 0; i < 3; i += 1) await slotOf(other);
    const held = await slotOf(other);

    const asked = performance.now();
    await one.pause(700);
    const heldArrived = await held.arrive();
    await other.take();

    expect(heldArrived).toBe(false);
    expect(performance.now() - asked).toBeGreaterThanOrEqual(700);
  });

  test('without a time doubles the pause while it lasts, and begins anew after a success', async () => {
    const account = await warmAccount();
    const [budget, other] = [open(account), open(account)];
    const pausedFor = async () => (await budget.state()).aheadMs;

    await budget.pause();
    await other.pause();
    const first = await pausedFor();
    await budget.take();
    await budget.pause();
    const second = await pausedFor();
    await other.take();
    await answer(other, account);
    await budget.pause();
    const third = await pausedFor();

    expect(first).toBeLessThanOrEqual(1000);
    expect(second).toBeGreaterThan(1500);
    expect(second).toBeLessThanOrEqual(2000);
    expect(third).toBeLessThanOrEqual(1000);
  });

  test('an answer to a request from before the pause does not end the doubling', async () => {
    const budget = open(await warmAccount());

    await budget.pause();
    budget.begin()({ outcome: 'answered', durationMs: 0 });
    await budget.take();
    await budget.pause();

    expect((await budget.state()).aheadMs).toBeGreaterThan(1500);
  });

  test('to a request from before the last one is known belongs to the same storm', async () => {
    const account = await warmAccount();
    const budget = open(account, { rate: 'auto', rateMax: 50, found: { rate: 8, isBound: true } });
    await budget.pause(100);
    await budget.take();
    await answer(budget, account);

    await budget.pause(undefined, { ageMs: 5000 });
    const late = await budget.state();
    await budget.pause();

    expect([late.rate, late.pausedUntilMs]).toEqual([4, null]);
    expect((await budget.state()).rate).toBe(2);
  });

  test('pauses an unlimited budget too', async () => {
    const budget = open(randomUUID(), { rate: 'unlimited' });

    await budget.pause(300);

    expect(await waitedFor(budget)).toBeGreaterThanOrEqual(299);
  });
});

describe('a waiter', () => {
  test('is rejected with the reason of its signal, at once', async () => {
    const account = await warmAccount();
    const budget = open(account);
    await budget.pause(5500);
    const cancel = new AbortController();

    const waiting = Promise.allSettled([
      budget.take({ signal: cancel.signal }),
      budget.take({ signal: cancel.signal, priority: 'interactive' }),
    ]);
    cancel.abort(new Error('cancelled'));

    expect((await waiting).map((end) => end.status === 'rejected' && String(end.reason))).toEqual([
      'Error: cancelled',
      'Error: cancelled',
    ]);
  });

  test('is rejected when the budget is closed', async () => {
    const budget = open(await warmAccount());
    await budget.pause(5500);

    const waiting = budget.take();
    await budget.close();

    await expect(waiting).rejects.toThrow('closed');
  });

  test('does not wait for the end of a long pause, nor keeps others waiting for it', async () => {
    const budget = open(await warmAccount());
    await budget.pause(60_000);

    const [bulk, interactive] = await Promise.all([budget.take(), budget.take({ priority: 'interactive' })]);

    for (const taken of [bulk, interactive]) {
      expect(taken).toMatchObject({ heldBack: { slot: null, by: 'pause', retryInMs: expect.any(Number) } });
      expect('heldBack' in taken && taken.heldBack.retryInMs).toBeGreaterThan(5000);
    }
  });

  test('does not keep those behind it waiting when it is aborted', async () => {
    const budget = open(await warmAccount());
    const cancel = new AbortController();

    const first = budget.take({ signal: cancel.signal });
    const second = budget.take();
    cancel.abort(new Error('cancelled'));

    await expect(first).rejects.toThrow('cancelled');
    expect(await second).toHaveProperty('waitedMs');
  });
});
