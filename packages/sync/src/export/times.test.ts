import { expect, it } from 'vitest';
import { lateMsOf, leaseMsOf, settleMsOf } from './times.ts';

it.each([
  ['by default', { timeoutMs: 30_000, settleMs: 60_000 }, { lease: 45_000, settle: 90_000, late: 165_000 }],
  ['of short requests', { timeoutMs: 10_000, settleMs: 8000 }, { lease: 15_000, settle: 18_000, late: 28_000 }],
  ['in tests', { timeoutMs: 2000, settleMs: 1000 }, { lease: 5000, settle: 3000, late: 5000 }],
  ['of long requests', { timeoutMs: 120_000, settleMs: 60_000 }, { lease: 135_000, settle: 180_000, late: 255_000 }],
])('lease, settle time and time of the last look %s', (_, limits, { lease, settle, late }) => {
  expect([leaseMsOf(limits), settleMsOf(limits), lateMsOf(limits)]).toEqual([lease, settle, late]);
});
