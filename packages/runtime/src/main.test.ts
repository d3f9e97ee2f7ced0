import { expect, it } from 'vitest';
import { explain } from './main.ts';
import { SettingsError } from './settings.ts';

const known = { category: 'conflict', code: 'other_account', remedy: 'Give MONGODB_URI another database.' };

it.each([
  [
    'a setting',
    new SettingsError([{ name: 'PORT', message: 'must be a port' }]),
    /^A setting needs mending:\n {2}PORT must/,
  ],
  ['a known fault', Object.assign(new Error('The store is taken.'), known), /^The store is taken\.\nGive MONGODB_URI/],
  ['a known fault without remedy', Object.assign(new Error('Gone.'), { category: 'network' }), /^Gone\.$/],
  ['a fault of ours', new TypeError('x is not a function'), /^TypeError: x is not a function\n\s+at /],
  ['something else', 'odd', /^odd$/],
])('explains %s', (_, error, expected) => {
  expect(explain(error)).toMatch(expected);
});
