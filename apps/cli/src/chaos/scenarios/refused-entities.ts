import { type Draft, draftAccount } from '../drafts.ts';
import { judge } from '../judge.ts';
import { onStage, startWorkers } from '../play-export.ts';
import type { Random } from '../random.ts';
import { countExtra, lastRequest, neededRequests } from '../requests.ts';
import type { Finding, Play, Scenario } from '../scenario.ts';
import { layGrounds, type MadeDraft, type Stage } from '../stage.ts';

const share = 0.1;
const mark = 'Unwelcome';

/** One of ten entities is refused by its values: it stays local and says why, and so does what hangs on it. */
export const refusedEntities: Scenario = {
  name: 'refused-entities',
  test: 21,
  fault: 'one of ten entities is answered 422',
  sizes: { short: { times: 1, entities: 60 }, full: { times: 1, entities: 500 } },
  play,
};

async function play(given: Play): Promise<Finding> {
  const { size, random, longestMs } = given;
  return onStage(given, {}, async (stage) => {
    await startWorkers(stage, 2);
    const grounds = await layGrounds(stage);
    await stage.importAll();
    const drafts = await stage.make(markSome(draftAccount(size.entities, random, grounds), random));
    const blocked = below(drafts, drafts.filter(isMarked));
    const refused = drafts.filter((draft) => isMarked(draft) && !blocked.includes(draft));
    const fault = { type: 'status', status: 422, errors: { notes: ['is not welcome'] } };
    await stage.account.addFault({ method: 'POST', name: mark, fault });
    const after = await lastRequest(stage);
    const run = await stage.api.start('export', { confirm: ['networks'] });
    await stage.api.endedAs('partial', run.id, longestMs);

    const kept = new Set([...refused, ...blocked].map(({ key }) => key));
    const judged = await judge(stage, drafts, kept);
    const wrong = await wrongAboutRefused(stage, after, refused);
    const asked = drafts.filter((draft) => !blocked.includes(draft));
    const extra = await countExtra(stage, { after, needed: neededRequests(asked) });
    return {
      ...judged,
      ...extra,
      times: refused.length,
      entities: drafts.length,
      faults: [...judged.faults, ...wrong],
    };
  });
}

/** Marks some drafts that have a name, so that the account refuses them; never networks, or nothing would be left. */
function markSome(drafts: readonly Draft[], random: Random): Draft[] {
  const candidates = drafts.filter(({ kind, fields }) => fields.name !== undefined && kind !== 'networks');
  const chosen = new Set<Draft>();
  while (chosen.size < Math.min(candidates.length, share * drafts.length)) chosen.add(random.pick(candidates));
  return drafts.map((draft) =>
    chosen.has(draft) ? { ...draft, fields: { ...draft.fields, name: `${mark} ${draft.key}` } } : draft,
  );
}

function isMarked({ fields }: Draft): boolean {
  return String(fields.name).startsWith(mark);
}

/** What hangs on drafts, directly or not. Parents come before what hangs on them. */
function below(drafts: readonly MadeDraft[], above: readonly MadeDraft[]): MadeDraft[] {
  const keys = new Set(above.map(({ key }) => key));
  const found: MadeDraft[] = [];
  for (const draft of drafts) {
    if (!Object.values(draft.parents).some((of) => keys.has(String(of)))) continue;
    keys.add(draft.key);
    found.push(draft);
  }
  return found;
}

/** Each was asked for once, and says what the account had to say. */
async function wrongAboutRefused(stage: Stage, after: number, refused: readonly MadeDraft[]): Promise<string[]> {
  const sent = (await stage.account.journal(after)).filter(({ status }) => status === 422).length;
  const told = await Promise.all(
    refused.map(async ({ kind, id }) => {
      const { body } = await stage.api.send('GET', `/api/local/${kind}/${id}`);
      return JSON.stringify(body).includes('is not welcome');
    }),
  );
  const untold = told.filter((isTold) => !isTold).length;
  return [
    ...(sent === refused.length ? [] : [`${sent} requests were refused, for ${refused.length} entities`]),
    ...(untold === 0 ? [] : [`${untold} entities do not say why they were refused`]),
  ];
}
