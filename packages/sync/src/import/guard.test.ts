import { isTooMuch, type KindName } from '@broadstreet-sync/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, type ListFinding, type Stock } from './guard.ts';

const campaigns = { name: 'campaigns' as const };
const stock = (rows: number, gone = 0): (() => Stock) => {
  return () => ({ rows, gone });
};

function finding(scope: string, before: number, lost: number, more: Partial<ListFinding> = {}): ListFinding {
  const losses = new Map<KindName, number>(lost > 0 ? [['campaigns', lost]] : []);
  return { scope, root: '1', before, losses, doubts: [], isLost: false, needs: [], movesTo: [], ...more };
}

const below = (lost: number, placements: number): ListFinding['losses'] =>
  new Map([
    ['campaigns', lost],
    ['placements', placements],
  ]);
const codes = (found: ReturnType<typeof judge>) =>
  Object.fromEntries([...found].map(([scope, reasons]) => [scope, reasons.map(({ code }) => code)]));

describe('a list', () => {
  it.each([
    [10, 10, []],
    [40, 10, []],
    [55, 11, []],
    [54, 11, ['scope_shrinks']],
    [11, 11, ['scope_shrinks']],
    [1000, 200, []],
    [1000, 201, ['scope_shrinks']],
  ])('of %i rows that loses %i is held by %j', (before, lost, expected) => {
    const other = finding('other', 10_000, 0);

    expect(codes(judge(campaigns, [finding('a', before, lost), other], stock(20_000)))).toEqual(
      expected.length === 0 ? {} : { a: expected },
    );
  });

  it('in which something was odd when it was read is held, whether it loses or not', () => {
    const doubts = [{ code: 'count_differs', kind: 'campaigns', before: 5, lost: -1 }] as const;

    expect(judge(campaigns, [finding('a', 5, 0, { doubts }), finding('b', 5, 0)], stock(10))).toEqual(
      new Map([['a', doubts]]),
    );
  });

  it('of which any removal needs a person is held for one', () => {
    const losses = new Map([['networks', 1] as const]);
    const networks = { name: 'networks', confirmRemoval: true } as const;

    const found = judge(networks, [finding('account', 50, 0, { root: null, losses })], stock(0));

    expect(codes(found)).toEqual({ account: ['removal_unconfirmed'] });
  });

  it('that hangs on a held one is held with it', () => {
    const found = judge(campaigns, [finding('a', 0, 0, { needs: ['advertisers'] }), finding('b', 0, 0)], stock(5));

    expect(codes(found)).toEqual({ a: ['held_with'] });
  });

  it('from which rows have moved to a held one stays with it, and so does the next', () => {
    const doubts = [{ code: 'scope_empty', kind: 'campaigns', before: 3, lost: 3 }] as const;
    const lists = [
      finding('a', 9, 1, { movesTo: ['b'] }),
      finding('b', 9, 0, { movesTo: ['c'] }),
      finding('c', 9, 0, { doubts }),
      finding('d', 9, 0, { movesTo: ['e'] }),
    ];

    expect(codes(judge(campaigns, lists, stock(36)))).toEqual({
      a: ['held_with'],
      b: ['held_with'],
      c: ['scope_empty'],
    });
  });
});

describe('a kind', () => {
  const lists = (count: number, before: number, lost: number, more: Partial<ListFinding> = {}) =>
    Array.from({ length: count }, (_, at) => finding(`${more.root ?? '1'}-${at}`, before, lost, more));

  it('that loses too much over the lists of one network is held there, in each list that loses', () => {
    const found = judge(
      campaigns,
      [...lists(4, 5, 3), finding('whole', 5, 0), ...lists(4, 50, 1, { root: '2' })],
      stock(1000),
    );

    expect(codes(found)).toEqual(Object.fromEntries(lists(4, 5, 3).map(({ scope }) => [scope, ['kind_shrinks']])));
  });

  it('that loses too much over the whole account is held where a list loses more than one in five, however small', () => {
    const large = lists(4, 20, 10);
    const found = judge(
      campaigns,
      [...large, finding('third', 3, 1, { root: '2' }), finding('tenth', 10, 1, { root: '2' })],
      stock(1000),
    );

    expect(found.get('third')?.map(({ code }) => code)).toEqual(['kind_shrinks']);
    expect(found.has('tenth')).toBe(false);
  });

  it('counts what goes because its parents go, also what lists below have taken', () => {
    const placements = { losses: below(1, 12) };

    expect(codes(judge(campaigns, [finding('a', 50, 0, placements)], stock(60)))).toEqual({});
    expect(codes(judge(campaigns, [finding('a', 50, 0, placements)], stock(60, 1)))).toEqual({ a: ['below_shrinks'] });
    expect(codes(judge(campaigns, [finding('a', 50, 0, placements), finding('b', 50, 1)], stock(50)))).toEqual({
      a: ['below_shrinks'],
    });
  });

  it('counts what goes with a parent that the API does not know any more, of which the list says nothing', () => {
    const lost = finding('a', 0, 0, { isLost: true, losses: new Map([['campaigns', 11]]) });

    expect(codes(judge(campaigns, [lost], stock(55)))).toEqual({});
    expect(codes(judge(campaigns, [lost], stock(54)))).toEqual({ a: ['kind_shrinks'] });
  });
});

describe('whatever lists come to', () => {
  const anyFinding = fc
    .record({
      before: fc.nat(60),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      placements: fc.nat(40),
      root: fc.constantFrom('1', '2'),
    })
    .map(({ before, share, placements, root }) => {
      const lost = Math.round(before * share);
      return finding('', before, 0, { root, losses: below(lost, lost === 0 ? 0 : placements) });
    });
  const anyLists = fc
    .array(anyFinding, { maxLength: 12 })
    .map((found) => found.map((each, at) => ({ ...each, scope: String(at) })));
  const sum = (found: readonly ListFinding[], name: KindName) =>
    found.reduce((total, { losses }) => total + (losses.get(name) ?? 0), 0);
  /** All that production has was read: the kinds are as large as their lists together. */
  const stockOf = (found: readonly ListFinding[]) => (name: KindName, root: string) => ({
    rows:
      name === 'campaigns' ? found.reduce((all, { before, root: own }) => all + (own === root ? before : 0), 0) : 90,
    gone: 0,
  });

  it('no more is published than may be lost, of a list, a kind and what hangs on it', () => {
    fc.assert(
      fc.property(anyLists, (found) => {
        const held = judge(campaigns, found, stockOf(found));
        const published = found.filter(({ scope }) => !held.has(scope));
        for (const each of published) expect(isTooMuch(sum([each], 'campaigns'), each.before)).toBe(false);
        for (const root of ['1', '2']) {
          const within = published.filter((each) => each.root === root);
          for (const name of ['campaigns', 'placements'] as const) {
            expect(isTooMuch(sum(within, name), stockOf(found)(name, root).rows)).toBe(false);
          }
        }
      }),
    );
  });

  it('one that loses nothing and in which nothing is odd is published', () => {
    fc.assert(
      fc.property(anyLists, (found) => {
        const held = judge(campaigns, found, stockOf(found));
        for (const { scope, losses } of found)
          if ((losses.get('campaigns') ?? 0) === 0) expect(held.has(scope)).toBe(false);
      }),
    );
  });

  it('the order of the lists does not matter', () => {
    fc.assert(
      fc.property(anyLists, (found) => {
        const forwards = judge(campaigns, found, stockOf(found));
        const backwards = judge(campaigns, found.toReversed(), stockOf(found));
        expect(new Set(backwards.keys())).toEqual(new Set(forwards.keys()));
      }),
    );
  });

  it('lists that all lose three in ten are all held, once the kind loses more than ten', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ before: fc.nat(60), root: fc.constantFrom('1', '2') })), (sizes) => {
        const found = sizes.map(({ before, root }, at) =>
          finding(String(at), before, Math.round(before * 0.3), { root }),
        );
        fc.pre(
          sum(found, 'campaigns') > 10 &&
            sum(found, 'campaigns') * 5 > found.reduce((all, { before }) => all + before, 0),
        );
        const held = judge(campaigns, found, stockOf(found));
        for (const { scope, losses } of found) expect(held.has(scope)).toBe((losses.get('campaigns') ?? 0) > 0);
      }),
    );
  });
});
