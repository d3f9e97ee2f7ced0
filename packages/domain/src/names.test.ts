import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxNameLength, normaliseName, numberedName } from './names.ts';

/** Any text, with blanks at its ends, letters that compose, and some outside the basic plane. */
const anyName = fc
  .array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(' ', '\t', 'e\u0301', '\u00c9', '\u{1f37a}', 'ﬁ')))
  .map((parts) => parts.join(''));

describe('normaliseName', () => {
  it.each([
    ['outer blanks', '  Top\t', 'top'],
    ['case', 'TOP Banner', 'top banner'],
    ['composition of letters', 'Cafe\u0301', 'caf\u00e9'],
    ['a capital that decomposes', 'I\u0307', 'i\u0307'],
  ])('does not count %s', (_, name, normal) => {
    expect(normaliseName(name)).toBe(normal);
  });

  it('counts inner blanks and signs', () => {
    expect(normaliseName('a b')).not.toBe(normaliseName('ab'));
    expect(normaliseName('a  b')).not.toBe(normaliseName('a b'));
  });

  it('changes nothing the second time', () => {
    fc.assert(fc.property(anyName, (name) => normaliseName(normaliseName(name)) === normaliseName(name)));
  });

  it('gives the same for a name in any composition and with any blanks around it', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(normaliseName(` ${name.normalize('NFD')}\n`)).toBe(normaliseName(name.normalize('NFC')));
      }),
    );
  });
});

describe('numberedName', () => {
  it.each([
    [' Top ', 0, 'Top'],
    ['Top', 1, 'Top (1)'],
    ['Top (1)', 2, 'Top (1) (2)'],
    ['Top', 120, 'Top (120)'],
  ])('of %j and %i is %j', (name, ordinal, wanted) => {
    expect(numberedName(name, ordinal)).toBe(wanted);
  });

  it('shortens a name that leaves no room for its suffix', () => {
    const longest = 'x'.repeat(maxNameLength);

    expect(numberedName(longest, 0)).toBe(longest);
    expect(numberedName(longest, 1)).toBe(`${'x'.repeat(maxNameLength - 4)} (1)`);
    expect(numberedName(longest, 10)).toBe(`${'x'.repeat(maxNameLength - 5)} (10)`);
  });

  it('leaves no blank where it cuts', () => {
    expect(numberedName('ab cdef', 1, 7)).toBe('ab (1)');
  });

  it('never cuts through a letter outside the basic plane', () => {
    expect(numberedName('a\u{1f37a}\u{1f37a}', 1, 6)).toBe('a\u{1f37a} (1)');
  });

  it('with a suffix is never longer than allowed, counted in letters, and never ends a surrogate pair early', () => {
    fc.assert(
      fc.property(anyName, fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 12, max: 300 }), (name, at, max) => {
        const numbered = numberedName(name, at, max);

        expect([...numbered].length).toBeLessThanOrEqual(max);
        expect(numbered.isWellFormed()).toBe(name.isWellFormed());
      }),
    );
  });

  it('is another for each number, also when compared as names are', () => {
    fc.assert(
      fc.property(anyName, fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { maxLength: 20 }), (name, numbers) => {
        const normal = numbers.map((number) => normaliseName(numberedName(name, number)));

        expect(new Set(normal).size).toBe(numbers.length);
      }),
    );
  });
});
