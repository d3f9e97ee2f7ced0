import { SettingsError } from '@broadstreet-sync/runtime';
import { describe, expect, it } from 'vitest';
import { arm, readTrap, type Trap } from './traps.ts';

const points = ['before_lunch', 'after_lunch'];
const read = (text: string) => readTrap('BROADSTREET_TEST_CRASH', text, 'SIGKILL', points);

describe('readTrap', () => {
  it('reads a point, by default at its first time', () => {
    expect(read('after_lunch')).toEqual({ point: 'after_lunch', signal: 'SIGKILL', nth: 1 });
    expect(read('after_lunch:12')).toEqual({ point: 'after_lunch', signal: 'SIGKILL', nth: 12 });
  });

  it.each(['supper', 'after_lunch:0', 'after_lunch:', ':1', ''])('refuses %j, naming the points', (text) => {
    expect(() => read(text)).toThrow(SettingsError);
    expect(() => read(text)).toThrow(/BROADSTREET_TEST_CRASH.*before_lunch, after_lunch/s);
  });
});

describe('arm', () => {
  it('springs a trap once, when its point is reached for the nth time', () => {
    const sprung: Trap[] = [];
    const trap = read('after_lunch:2');
    const reach = arm([trap], (one) => sprung.push(one));

    reach('after_lunch');
    reach('before_lunch');
    expect(sprung).toEqual([]);

    reach('after_lunch');
    reach('after_lunch');
    expect(sprung).toEqual([trap]);
  });
});
