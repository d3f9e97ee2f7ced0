import { expect, it } from 'vitest';
import { placeIn } from './settings.ts';

it.each([
  ['mongodb://one:27017,two:27018/account?replicaSet=rs0', 'one:27017,two:27018/account'],
  ['mongodb+srv://user:se%40cret@cluster.example/account?tls=true', 'cluster.example/account'],
  ['rediss://:secret@cache.example:6380', 'cache.example:6380'],
  ['redis://user:p@ss@cache.example:6380/2', 'cache.example:6380/2'],
])('of %s no secret is shown', (address, place) => {
  expect(placeIn(address)).toBe(place);
});
