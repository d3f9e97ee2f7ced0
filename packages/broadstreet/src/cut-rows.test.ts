import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowCutter, cutOut } from './cut-rows.ts';
import { parseJson } from './json.ts';

/** The parts that a text comes in, given where it is cut, in bytes. */
function partsOf(text: string, cuts: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const at = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

/** What comes of a text: its rows and what is beside them; null where it cannot be read. */
function read(text: string, cuts: readonly number[], isBare = false): { rows: unknown[]; frame: unknown } | null {
  const cutter = createRowCutter(['zones'], isBare);
  try {
    const rows = partsOf(text, cuts).flatMap((part) => cutter.write(part));
    return { rows, frame: cutter.end() };
  } catch {
    return null;
  }
}

/** The same from the whole body at once, where rows stand under their key once. */
function expected(text: string): { rows: unknown[]; frame: unknown } | null {
  try {
    const value = parseJson(Buffer.from(text));
    if (typeof value !== 'object' || value === null || !('zones' in value) || !Array.isArray(value.zones)) {
      return { rows: [], frame: value };
    }
    return { rows: value.zones, frame: { ...value, zones: [cutOut] } };
  } catch {
    return null;
  }
}

const cuts = fc.array(fc.nat(), { maxLength: 30 });
const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '],[', '{"zones":[', '\ufeff', 'é,ü'));
/** Without escapes: the JSON.parse of Node.js 24 now and then takes a key like "\\"" for the like of "\\\\". */
const isPlain = (name: string): boolean => JSON.stringify(name) === `"${name}"`;
const key = fc
  .oneof(texts, fc.constant('id'))
  .filter((name) => isPlain(name) && !['__proto__', 'zones'].includes(name));
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(texts, fc.double({ noNaN: true }), fc.boolean(), fc.constant(null)),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(key, tie('any'), { maxKeys: 4 }),
  ),
})).any;
const list = fc
  .tuple(fc.dictionary(key, value, { maxKeys: 3 }), fc.array(value, { maxLength: 6 }), fc.constantFrom(0, 1, 2))
  .map(([beside, zones, indent]) => JSON.stringify({ ...beside, zones, tail: [1] }, null, indent));

describe('the rows of a list', () => {
  it('are what the whole body gives, wherever it is cut', () => {
    fc.assert(
      fc.property(list, cuts, (text, at) => {
        expect(read(text, at)).toEqual(expected(text));
      }),
      { numRuns: 500 },
    );
  });

  it('are refused exactly where the whole body is', () => {
    const damage = fc.tuple(
      fc.nat(),
      fc.nat({ max: 3 }),
      fc.constantFrom('', ',', '"', '[', ']', '{', '}', ':', '\\', ' ', '1'),
    );

    fc.assert(
      fc.property(list, damage, cuts, (text, [place, length, put], at) => {
        const from = place % text.length;
        const damaged = (text.slice(0, from) + put + text.slice(from + length)).toWellFormed();
        expect(read(damaged, at)).toEqual(expected(damaged));
      }),
      { numRuns: 3000 },
    );
  });

  it('may be the body itself, where that is allowed', () => {
    const rows = [{ id: 1 }, [2, 3], 'a,b', null];

    expect(read(JSON.stringify(rows), [3, 7], true)).toEqual({ rows, frame: [cutOut] });
    expect(read(JSON.stringify(rows), [3, 7])).toEqual({ rows: [], frame: rows });
  });

  it.for(['[,]', '[1,]', '[1,,2]', '[,1]', '[1 2]', '[1]]', '[1],', '[1]}', '[[1]'])('are not read from %s', (text) => {
    for (let cut = 0; cut <= text.length; cut += 1) expect(read(text, [cut], true)).toBeNull();
  });

  it('are cut from the first array under the key; what comes under it again stays beside', () => {
    expect(read('{"zones":[1],"zones":[2]}', [])).toEqual({ rows: [1], frame: { zones: [2] } });
  });

  it('are found under a key that is written with escapes', () => {
    expect(read('{"\\u007aones" : [1]}', [4])).toEqual({ rows: [1], frame: { zones: [cutOut] } });
  });

  it('are no UTF-8 where the body is none', () => {
    const cutter = createRowCutter(['zones'], false);

    expect(() => cutter.write(Buffer.from('{"zones":["\xff"]}', 'latin1'))).toThrow();
  });

  it('are not waited for without end: a row is as long as it may be', () => {
    const cutter = createRowCutter(['zones'], false);
    const part = Buffer.alloc(1024 * 1024, 'x');
    cutter.write(Buffer.from('{"zones":["'));

    expect(() => {
      for (let sent = 0; sent < 10; sent += 1) cutter.write(part);
    }).toThrow();
  });
});
