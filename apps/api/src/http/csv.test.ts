import { describe, expect, it } from 'vitest';
import { csvLine } from './csv.ts';

describe('csvLine', () => {
  it.each([
    [['a', 1, true], 'a,1,true'],
    [[null, undefined, ''], ',,'],
    [['a,b', 'say "x"', 'two\nlines'], '"a,b","say ""x""","two\nlines"'],
    [[{ a: [1] }], '"{""a"":[1]}"'],
    [['=1+1', '+49', '-x', '@me', '\tx'], "'=1+1,'+49,'-x,'@me,'\tx"],
    [[-5], '-5'],
  ])('writes %j', (values, line) => {
    expect(csvLine(values)).toBe(`${line}\r\n`);
  });
});
