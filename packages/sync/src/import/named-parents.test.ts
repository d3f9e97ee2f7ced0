import { describe, expect, it } from 'vitest';
import { parentDirectory } from './named-parents.ts';

describe('parentDirectory', () => {
  const directory = parentDirectory([
    { id: 1, name: 'Acme' },
    { id: 2, name: 'ACME ' },
    { id: 3, name: 'Twin' },
    { id: 4, name: 'Twin' },
    { id: 5, name: '  Café' },
  ]);

  it('finds the one that has exactly this name, though another differs in case and blanks only', () => {
    expect(directory.find('Acme')).toEqual([1]);
    expect(directory.find('ACME ')).toEqual([2]);
  });

  it('finds by a name in another form where none has exactly this', () => {
    expect(directory.find('cafe\u0301')).toEqual([5]);
    expect(directory.find('acme')).toEqual([1, 2]);
  });

  it('gives all that share a name, and none where nobody has it', () => {
    expect(directory.find('Twin')).toEqual([3, 4]);
    expect(directory.find('Nobody')).toEqual([]);
    expect(directory.find('__proto__')).toEqual([]);
  });
});
