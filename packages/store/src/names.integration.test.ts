import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStoreBed, runRequest, type StoreBed } from './testing/store-bed.ts';

let bed: StoreBed;
let names: StoreBed['store']['names'];
beforeAll(async () => {
  bed = await openStoreBed();
  names = bed.store.names;
});
afterAll(() => bed.close());

let scopes = 0;
function newScope(): string {
  scopes += 1;
  return `zones:${scopes}`;
}

const claim = (owner: string, value = 'top', field = 'name') => ({ field, value, owner });
const reservedBy = async (scope: string) => (await names.reserved(scope)).map(({ owner }) => owner).sort();

describe('a reservation', () => {
  it('is one of those who race for it; each other is told', async () => {
    const scope = newScope();
    const owners = Array.from({ length: 10 }, (_, at) => `o${at}`);

    const lost = await Promise.all(owners.map((owner) => names.reserve('r', scope, [claim(owner)])));

    expect(lost.filter((claims) => claims.length === 0)).toHaveLength(1);
    const [winner = ''] = await reservedBy(scope);
    expect(
      lost
        .flat()
        .map(({ owner }) => owner)
        .sort(),
    ).toEqual(owners.filter((owner) => owner !== winner));
  });

  it('of several values is made for each that is free', async () => {
    const scope = newScope();
    await names.reserve('r', scope, [claim('a', 'x')]);

    expect(await names.reserve('r', scope, [claim('b', 'w'), claim('b', 'x'), claim('b', 'y')])).toEqual([
      claim('b', 'x'),
    ]);
    expect(await reservedBy(scope)).toEqual(['a', 'b', 'b']);
  });

  it('of ones own, again or in another run, is as good as once', async () => {
    const scope = newScope();
    await names.reserve('r1', scope, [claim('a')]);

    expect(await names.reserve('r2', scope, [claim('a')])).toEqual([]);
    expect(await reservedBy(scope)).toEqual(['a']);
  });

  it('of a name does not take the same text as an alias, nor in another parent', async () => {
    const [scope, other] = [newScope(), newScope()];
    await names.reserve('r', scope, [claim('a')]);

    expect(await names.reserve('r', scope, [claim('b', 'top', 'alias')])).toEqual([]);
    expect(await names.reserve('r', other, [claim('b')])).toEqual([]);
  });

  it('is given back by its owner alone, except for what is to be kept', async () => {
    const [scope, other] = [newScope(), newScope()];
    await names.reserve('r', scope, [claim('a', 'x'), claim('a', 'y'), claim('b', 'z')]);
    await names.reserve('r', other, [claim('a', 'x')]);

    await names.release('a', scope, [{ field: 'name', value: 'y' }]);

    expect((await names.reserved(scope)).map(({ _id }) => _id).sort()).toEqual([`${scope}:name:y`, `${scope}:name:z`]);
    expect(await reservedBy(other)).toEqual(['a']);
  });

  it('is forgotten with its run, unless the outcome of its owner is open', async () => {
    const scope = newScope();
    await names.reserve('f1', scope, [claim('a', 'x'), claim('b', 'y')]);
    await names.reserve('f2', scope, [claim('c', 'z')]);
    await names.keepListed('f1', scope, [{ field: 'name', value: 'w', id: '1' }]);

    await names.forget('f1', ['b']);

    expect(await reservedBy(scope)).toEqual(['b', 'c']);
    expect(await names.listed('f1', scope)).toEqual([]);
  });

  it('that was kept for what is under way goes once that is over, and its run', async () => {
    const scope = newScope();
    const ended = (await bed.store.runs.trigger(runRequest({ operation: 'export' }), false)).run;
    await names.reserve(ended._id, scope, [claim('made'), claim('open', 'x')]);
    await names.forget(ended._id, ['made', 'open']);
    await names.forgetEnded([]);
    expect(await reservedBy(scope)).toEqual(['made', 'open']);
    await bed.store.runs.requestStop(ended._id, 'cancelled', null);

    await names.forgetEnded(['open']);

    expect(await reservedBy(scope)).toEqual(['open']);
  });
});

describe('the names of a list', () => {
  it('have the ids of all that carry them, by run and parent', async () => {
    const scope = newScope();
    const rows = ['1', '2'].map((id) => ({ field: 'name', value: 'top', id }));
    await names.keepListed('l1', scope, [...rows, { field: 'alias', value: 'top', id: '1' }]);

    const listed = await names.listed('l1', scope);

    expect(listed.map(({ field, ids }) => [field, ids]).sort()).toEqual([
      ['alias', ['1']],
      ['name', ['1', '2']],
    ]);
    expect(await names.listed('l2', scope)).toEqual([]);
  });

  it('are there at every moment while they are read once more', async () => {
    const scope = newScope();
    const rows = Array.from({ length: 50 }, (_, at) => ({ field: 'name', value: `n${at}`, id: `${at}` }));
    await names.keepListed('l', scope, rows);
    let isDone = false;

    const again = Promise.all([1, 2, 3, 4].map(() => names.keepListed('l', scope, rows))).finally(() => {
      isDone = true;
    });
    while (!isDone) expect(await names.listed('l', scope)).toHaveLength(50);
    await again;
  });
});
