import { expect, it } from 'vitest';
import { createDeaths, unreached } from './deaths.ts';

it('counts where processes say that they die, and names the points at which none did', () => {
  const deaths = createDeaths();

  deaths.note({ lines: ['worker ready', 'SIGKILL at before_write'] });
  deaths.note({ lines: ['SIGSTOP at after_write', 'SIGKILL at before_write'] });
  deaths.note({ lines: ['killed from outside'] });

  expect([...deaths.counts]).toEqual([['before_write', 2]]);
  expect(unreached(['before_write', 'after_write'], deaths)).toEqual(['no process has died at after_write']);
});
