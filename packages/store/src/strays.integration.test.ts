import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIntentBed } from './testing/intents.ts';
import { openStoreBed, type StoreBed } from './testing/store-bed.ts';

let bed: StoreBed;
let planned: ReturnType<typeof createIntentBed>['planned'];
beforeAll(async () => {
  bed = await openStoreBed();
  ({ planned } = createIntentBed(bed));
});
afterAll(() => bed.close());

/** An intent of which a request was lost, and is to be looked for now. */
async function lost(name: string, id?: string) {
  const known = id ?? (await planned());
  await bed.store.strays.suspect(known, name, 0);
  return current(known);
}

async function current(id: string) {
  const intent = await bed.store.intents.get(id);
  if (intent === null) throw new Error(`no intent ${id}`);
  return intent;
}

describe('a look at a parent that has been had', () => {
  it('forgets the requests that it looked for', async () => {
    const intent = await lost('Top');

    await bed.store.strays.swept(intent);

    expect(await current(intent._id)).toMatchObject({ written_off: [], sweep_after: null });
  });

  it('forgets nothing where another was lost meanwhile: that look is still to be had', async () => {
    const intent = await lost('Top');
    const since = await lost('Top (1)', intent._id);

    await bed.store.strays.swept(intent);
    expect(await current(intent._id)).toEqual(since);

    await bed.store.strays.swept(since);
    expect(await current(intent._id)).toMatchObject({ written_off: [], sweep_after: null });
  });

  it('keeps what was lost meanwhile also where that is to be looked for no later', async () => {
    const intent = await lost('Top');
    await bed.store.strays.suspect(intent._id, 'Top (1)', -60_000);

    await bed.store.strays.swept(intent);

    const { written_off, sweep_after } = await current(intent._id);
    expect(written_off).toMatchObject([{ name: 'Top (1)' }]);
    expect(sweep_after).toEqual(intent.sweep_after);
  });

  it('is to be had again where a sender has told of a row since', async () => {
    const intent = await lost('Top');
    await bed.store.strays.note(intent._id, { key: '7', name: 'Top', run_id: 'r', is_certain: true });

    await bed.store.strays.swept(intent);

    expect((await bed.store.strays.due()).map(({ _id }) => _id)).toContain(intent._id);
    expect((await current(intent._id)).strays).toMatchObject([{ key: '7', state: 'open', is_reported: false }]);
  });
});
